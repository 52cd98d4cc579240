INSERT INTO steps (name) VALUES ('down');
