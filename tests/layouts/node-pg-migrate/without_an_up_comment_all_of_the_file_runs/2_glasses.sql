create table glasses (id int);
