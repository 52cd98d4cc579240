-- migrate:up transaction:false
create index concurrently steps_two on steps (name);
create index concurrently steps_three on steps (name);
-- migrate:down
