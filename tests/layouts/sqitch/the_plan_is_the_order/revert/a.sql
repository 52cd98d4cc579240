INSERT INTO steps (name) VALUES ('revert');
