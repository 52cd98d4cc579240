-- +goose NO TRANSACTION
-- +goose Up
create index concurrently on steps (file);
insert into steps values (2);
insert into steps values (2);
