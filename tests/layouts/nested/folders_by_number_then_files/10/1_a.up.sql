insert into log (name) values ('10/1');
