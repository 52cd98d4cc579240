\set name notes_2
CREATE SCHEMA app;
SET search_path = app;
CREATE TABLE notes_1 ();
