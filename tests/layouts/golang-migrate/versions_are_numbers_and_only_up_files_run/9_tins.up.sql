create table tins (place serial, label text); insert into tins (label) values ('nine');
