insert into steps (name) values ('second');
