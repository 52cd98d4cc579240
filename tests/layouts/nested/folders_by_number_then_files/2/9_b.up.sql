insert into log (name) values ('2/9');
