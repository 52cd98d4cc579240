set search_path = '';
create table public.notes (body text);
