insert into steps (name) values ('a');
