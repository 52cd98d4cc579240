-- +goose Up
create table cups (id integer);
