-- +migrate Up
create table first ();
