insert into tins (label) values ('passed over');
