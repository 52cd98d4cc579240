create table jars (place serial, name text);
