-- migrate:up
create table step_2 ();
-- migrate:down
