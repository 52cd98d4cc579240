-- migrate:up
create index concurrently on steps (name);
-- migrate:down
