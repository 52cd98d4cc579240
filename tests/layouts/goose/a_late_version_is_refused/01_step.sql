-- +goose Up
create table step_1 ();
