create table reset (id int);
