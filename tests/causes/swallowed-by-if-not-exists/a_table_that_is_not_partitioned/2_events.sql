CREATE TABLE IF NOT EXISTS events (id int, day date) PARTITION BY RANGE (day);
