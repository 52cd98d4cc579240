insert into steps (name) values ('3');
