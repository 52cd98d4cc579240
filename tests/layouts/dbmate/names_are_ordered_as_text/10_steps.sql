-- migrate:up
create table steps (place integer generated always as identity, name text);
insert into steps (name) values ('10');

-- migrate:down
drop table steps;
