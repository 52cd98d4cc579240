insert into steps (step) values ('date');
