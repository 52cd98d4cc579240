CREATE TABLE agents_new (id int, role text);
INSERT INTO agents_new SELECT id, role FROM agents;
DROP TABLE agents;
ALTER TABLE agents_new RENAME TO agents;