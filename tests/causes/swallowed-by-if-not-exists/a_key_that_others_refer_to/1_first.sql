CREATE TABLE IF NOT EXISTS profiles (id int, name text);
