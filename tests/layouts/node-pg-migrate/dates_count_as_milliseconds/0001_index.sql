create table steps (place serial, step text);
insert into steps (step) values ('index');
