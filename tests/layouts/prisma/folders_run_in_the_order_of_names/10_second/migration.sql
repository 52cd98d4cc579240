INSERT INTO steps (name) VALUES ('10');
