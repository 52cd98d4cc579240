create table draft (id int);
