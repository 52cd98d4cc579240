create table jars (place serial, name text); insert into jars (name) values ('ten');
