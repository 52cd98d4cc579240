CREATE TABLE events (id int, day date);
