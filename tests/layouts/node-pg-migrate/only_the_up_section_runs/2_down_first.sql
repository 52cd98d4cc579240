----DOWN MIGRATION
drop table ways;

--  up   migration
insert into ways values ('second');
