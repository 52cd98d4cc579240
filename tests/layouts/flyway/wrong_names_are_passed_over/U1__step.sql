insert into steps (name) values ('U1');
