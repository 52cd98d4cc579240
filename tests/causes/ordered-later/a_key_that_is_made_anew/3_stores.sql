CREATE TABLE stores (id int PRIMARY KEY, servers int);
