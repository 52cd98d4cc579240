CREATE TABLE pages (id int);
