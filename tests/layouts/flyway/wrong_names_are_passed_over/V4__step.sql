insert into steps (name) values ('V4');
