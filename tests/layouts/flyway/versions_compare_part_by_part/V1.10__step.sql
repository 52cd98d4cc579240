insert into steps (name) values ('1.10');
