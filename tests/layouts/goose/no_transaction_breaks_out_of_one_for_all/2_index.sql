-- +goose NO TRANSACTION
-- +goose Up
create index concurrently cups_id on cups (id);
