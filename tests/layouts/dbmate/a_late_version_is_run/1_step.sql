-- migrate:up
create table step_1 ();
-- migrate:down
