-- +goose Up
create table notes (place integer generated always as identity, written text);
-- +goose ENVSUB ON
insert into notes (written) values ('${TENANT}'), ('${REGION:-eu}');
-- +goose ENVSUB OFF
insert into notes (written) values ('${TENANT}');
