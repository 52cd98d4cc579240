create table above ();
create table steps ();
-- +migrate Up
create table steps (name text);
insert into steps values ('first');
-- +migrate Down
drop table steps;
-- +migrate Up
insert into steps values ('second');
