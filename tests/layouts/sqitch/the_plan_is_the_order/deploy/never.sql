INSERT INTO steps (name) VALUES ('never');
