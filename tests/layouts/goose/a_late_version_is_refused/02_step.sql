-- +goose Up
create table step_2 ();
