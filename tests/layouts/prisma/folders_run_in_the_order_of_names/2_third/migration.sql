INSERT INTO steps (name) VALUES ('2');
