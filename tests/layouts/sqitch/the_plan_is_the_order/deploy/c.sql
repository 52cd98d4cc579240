INSERT INTO steps (name) VALUES ('c');
