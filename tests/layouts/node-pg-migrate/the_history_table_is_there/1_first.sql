create table found (name text);
