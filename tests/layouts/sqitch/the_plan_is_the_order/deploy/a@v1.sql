INSERT INTO steps (name) VALUES ('a-first');
