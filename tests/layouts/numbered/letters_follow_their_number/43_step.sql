insert into steps (name) values ('43');
