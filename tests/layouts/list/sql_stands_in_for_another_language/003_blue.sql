update colours set name = 'blue' where name = 'red'; select 1 / count(*) from colours where name = 'blue';
