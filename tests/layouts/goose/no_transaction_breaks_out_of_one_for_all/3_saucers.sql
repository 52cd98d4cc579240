-- +goose Up
create table saucers (id integer);
