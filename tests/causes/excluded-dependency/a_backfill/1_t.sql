CREATE TABLE items (id int, price int);
INSERT INTO items VALUES (1, NULL);