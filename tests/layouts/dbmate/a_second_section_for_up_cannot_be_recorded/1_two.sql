-- migrate:up
create table a ();
-- migrate:down
drop table a;
-- migrate:up
create table b ();
-- migrate:down
drop table b;
