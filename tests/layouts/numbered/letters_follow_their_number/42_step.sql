insert into steps (name) values ('42');
