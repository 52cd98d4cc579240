-- migrate:up
create table step_3 ();
-- migrate:down
