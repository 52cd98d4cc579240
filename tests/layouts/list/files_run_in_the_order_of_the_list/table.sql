create table steps (id integer);
