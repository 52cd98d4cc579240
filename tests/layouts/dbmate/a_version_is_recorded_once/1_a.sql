-- migrate:up
create table a ();
-- migrate:down
