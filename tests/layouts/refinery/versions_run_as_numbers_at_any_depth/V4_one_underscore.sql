insert into steps (name) values ('4');
