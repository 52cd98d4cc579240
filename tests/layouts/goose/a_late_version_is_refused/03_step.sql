-- +goose Up
create table step_3 ();
