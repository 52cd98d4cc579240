-- +goose Up
create table whole ();
