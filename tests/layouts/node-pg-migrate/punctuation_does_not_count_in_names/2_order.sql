insert into steps (step) values ('order');
