insert into steps (name) values ('Views');
