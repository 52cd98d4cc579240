-- +migrate Up
create table step_2 ();
