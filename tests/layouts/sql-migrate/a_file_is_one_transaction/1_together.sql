-- +migrate Up
create table steps (file integer, xact text default pg_current_xact_id()::text);
insert into steps values (1);
insert into steps values (1);
