-- migrate:up
create table steps (name text);
-- migrate:down
