-- +goose Up
-- +goose StatementBegin
ALTER INDEX filters_once RENAME TO filters_unique;
-- +goose StatementEnd
