insert into nowhere values (1);
creat table typo (id int);
