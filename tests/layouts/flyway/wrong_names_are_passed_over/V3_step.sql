insert into steps (name) values ('V3');
