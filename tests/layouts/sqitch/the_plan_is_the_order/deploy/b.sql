INSERT INTO steps (name) VALUES ('b');
