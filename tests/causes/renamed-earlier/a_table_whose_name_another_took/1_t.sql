CREATE TABLE library (id int, name text);
