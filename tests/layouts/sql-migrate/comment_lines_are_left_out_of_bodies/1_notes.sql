-- +migrate Up
create table notes (written text);
insert into notes values ('one
-- one and a half
two');
