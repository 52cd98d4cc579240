create table notes (note text);
insert into notes values ('
-- Down Migration');
update notes set note = trim(note, E'\n');
