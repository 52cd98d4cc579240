create table notes (said text);
