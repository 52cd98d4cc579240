CREATE TABLE parts (id int);
