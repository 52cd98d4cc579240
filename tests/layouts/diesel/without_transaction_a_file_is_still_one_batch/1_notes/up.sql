create table notes (body text);
create index concurrently notes_body on notes (body);
