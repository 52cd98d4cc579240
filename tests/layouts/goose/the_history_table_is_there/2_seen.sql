-- +goose Up
create table seen as select id, version_id from goose_db_version where is_applied;
