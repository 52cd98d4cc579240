-- +migrate Up
create table steps (place integer generated always as identity, name text);
insert into steps (name) values ('9');
-- +migrate Down
drop table steps;
