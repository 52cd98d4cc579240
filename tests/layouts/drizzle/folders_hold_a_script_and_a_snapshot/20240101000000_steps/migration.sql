CREATE TABLE steps (place serial, name text);
INSERT INTO steps (name) VALUES ('1');
