create table notes (said text);
drop subscription if exists feed;
