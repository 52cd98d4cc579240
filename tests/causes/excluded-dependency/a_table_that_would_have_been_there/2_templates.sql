CREATE TABLE templates (id int, author uuid);
