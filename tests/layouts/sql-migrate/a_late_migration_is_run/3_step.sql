-- +migrate Up
create table step_3 ();
