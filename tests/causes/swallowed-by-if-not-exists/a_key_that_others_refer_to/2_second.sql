CREATE TABLE IF NOT EXISTS profiles (id int PRIMARY KEY, name text, bio text);
CREATE TABLE clients (id int, profile_id int REFERENCES profiles);
