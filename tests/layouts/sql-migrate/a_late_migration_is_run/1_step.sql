-- +migrate Up
create table step_1 ();
