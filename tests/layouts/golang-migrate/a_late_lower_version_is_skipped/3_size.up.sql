alter table tins add column size int;
