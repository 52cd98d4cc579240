insert into steps (name) values ('first');
