alter table tins add column weight int;
