-- +goose Up
create table unfinished ()
