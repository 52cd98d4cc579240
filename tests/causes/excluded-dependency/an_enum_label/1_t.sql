CREATE TYPE mood AS ENUM ('ok');
CREATE TABLE days (id int, mood mood);