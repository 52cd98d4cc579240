INSERT INTO inbox (id) VALUES (1);
