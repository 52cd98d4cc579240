-- migrate:up transaction:false
create index concurrently steps_one on steps (name);
-- migrate:down
