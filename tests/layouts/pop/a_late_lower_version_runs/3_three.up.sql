insert into jars (name) values ('three');
