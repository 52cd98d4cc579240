create table steps (place serial, name text); insert into steps (name) values ('2/9');
