-- +goose Up
create table first ();
