insert into steps values ('2');
