insert into steps (name) values ('10/1');
