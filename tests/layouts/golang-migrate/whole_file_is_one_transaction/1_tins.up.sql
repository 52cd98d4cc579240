create table tins (label text);
