CREATE TABLE people (id int PRIMARY KEY);
CREATE TABLE pets (id int PRIMARY KEY, owner int);