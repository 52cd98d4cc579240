create table public.notes (limits text);
create temporary table kept ();
set statement_timeout = '9s';
select pg_catalog.set_config('search_path', '', false);
