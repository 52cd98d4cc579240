insert into steps (step) values ('milliseconds');
