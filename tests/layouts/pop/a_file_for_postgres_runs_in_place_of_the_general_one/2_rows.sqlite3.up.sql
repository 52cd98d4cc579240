insert into jars values ('for sqlite');
