insert into done (name) values ('first');
