\echo hello
create table a ();
