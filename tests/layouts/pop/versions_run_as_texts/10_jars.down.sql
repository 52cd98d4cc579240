drop table jars;
