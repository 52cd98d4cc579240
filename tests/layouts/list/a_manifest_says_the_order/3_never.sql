insert into done (name) values ('never');
