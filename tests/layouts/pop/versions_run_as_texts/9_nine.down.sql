delete from jars;
