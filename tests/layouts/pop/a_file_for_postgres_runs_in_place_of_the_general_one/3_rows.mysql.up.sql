insert into jars values ('for mysql');
