create index concurrently notes_said on notes (said);
