-- +migrate Up
insert into steps (name) values ('a');
