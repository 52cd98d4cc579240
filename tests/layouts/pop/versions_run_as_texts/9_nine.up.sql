insert into jars (name) values ('nine');
