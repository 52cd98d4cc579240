insert into lines values (1);
insert into notes values (1);
