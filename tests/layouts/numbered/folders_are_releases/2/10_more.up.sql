insert into steps (name) values ('2/10');
