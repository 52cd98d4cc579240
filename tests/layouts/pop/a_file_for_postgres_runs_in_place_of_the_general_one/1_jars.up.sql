create table jars (name text);
