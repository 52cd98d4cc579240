INSERT INTO steps (name) VALUES ('a-reworked');
