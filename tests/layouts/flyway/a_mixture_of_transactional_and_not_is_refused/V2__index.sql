create index concurrently notes_said on notes (said);
insert into notes values ('x');
