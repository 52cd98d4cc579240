insert into tins (label) values ('ten');
