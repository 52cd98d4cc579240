CREATE SCHEMA store;
SET search_path = store, public;
CREATE TABLE parts (id int, patch uuid);
CREATE VIEW listing AS SELECT patch FROM parts;
