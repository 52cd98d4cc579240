INSERT INTO steps (name) VALUES ('3');
