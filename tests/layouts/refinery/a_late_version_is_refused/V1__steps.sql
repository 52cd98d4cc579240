create table steps (name text);
