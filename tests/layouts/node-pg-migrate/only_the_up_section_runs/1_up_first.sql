-- Up Migration
create table ways (way text);
insert into ways values ('first');

-- Down Migration
drop table ways;
