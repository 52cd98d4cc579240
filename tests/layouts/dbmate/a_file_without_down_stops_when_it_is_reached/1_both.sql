-- migrate:up
create table one ();
-- migrate:down
