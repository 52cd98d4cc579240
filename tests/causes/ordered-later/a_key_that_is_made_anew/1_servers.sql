CREATE TABLE servers (id int, name text, PRIMARY KEY (id, name));
CREATE TABLE keepers (name text PRIMARY KEY);
