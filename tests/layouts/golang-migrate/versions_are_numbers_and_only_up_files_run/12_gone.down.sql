drop table tins;
