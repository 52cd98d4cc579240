CREATE TABLE steps (place serial, name text);
