-- migrate:up
create table first ();
-- migrate:down
