-- atlas:txmode none

create index concurrently notes_said on notes (said);
