create table notes (weekend text);
