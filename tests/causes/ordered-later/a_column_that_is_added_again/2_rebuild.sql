CREATE TABLE agents_new (id int);
INSERT INTO agents_new SELECT id FROM agents;
DROP TABLE agents;
ALTER TABLE agents_new RENAME TO agents;