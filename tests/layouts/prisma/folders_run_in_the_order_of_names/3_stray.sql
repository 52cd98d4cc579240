INSERT INTO steps (name) VALUES ('stray');
