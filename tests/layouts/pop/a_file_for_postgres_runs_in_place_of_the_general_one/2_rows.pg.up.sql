insert into jars values ('for postgres');
