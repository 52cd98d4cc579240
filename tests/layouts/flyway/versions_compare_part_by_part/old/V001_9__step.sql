insert into steps (name) values ('1.9');
