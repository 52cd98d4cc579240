insert into steps (name) values ('b');
