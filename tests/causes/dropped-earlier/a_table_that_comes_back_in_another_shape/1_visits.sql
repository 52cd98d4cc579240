CREATE TABLE visits (id int, day date);
