insert into steps values ('3');
