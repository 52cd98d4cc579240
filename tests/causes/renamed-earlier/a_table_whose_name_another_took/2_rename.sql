ALTER TABLE library RENAME TO generic_library;
CREATE TABLE library (id int);
