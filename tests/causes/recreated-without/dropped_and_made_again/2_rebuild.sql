DROP TABLE agents;
CREATE TABLE agents (id int, role text);