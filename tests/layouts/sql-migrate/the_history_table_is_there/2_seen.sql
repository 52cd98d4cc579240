-- +migrate Up
create table seen as select id from gorp_migrations where applied_at is not null;
