create table steps (place serial, name text);
