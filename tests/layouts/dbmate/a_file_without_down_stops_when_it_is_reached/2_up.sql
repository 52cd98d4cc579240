-- migrate:up
create table alone ();
