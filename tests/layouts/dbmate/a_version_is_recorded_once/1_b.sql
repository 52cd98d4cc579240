-- migrate:up
create table b ();
-- migrate:down
