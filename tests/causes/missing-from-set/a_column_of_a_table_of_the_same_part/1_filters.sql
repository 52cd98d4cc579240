-- +goose Up
-- +goose StatementBegin
CREATE TABLE filters (tenant int, expression text);
CREATE UNIQUE INDEX filters_once ON filters (tenant, scope, expression);
-- +goose StatementEnd
