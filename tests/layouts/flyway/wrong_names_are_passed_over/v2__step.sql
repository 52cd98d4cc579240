insert into steps (name) values ('v2');
