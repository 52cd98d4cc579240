select 1;
create index concurrently notes_said on notes (said);
