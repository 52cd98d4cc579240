insert into jars (name) values ('two');
