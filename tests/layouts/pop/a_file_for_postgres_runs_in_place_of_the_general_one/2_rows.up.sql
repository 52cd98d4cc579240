insert into jars values ('for all');
