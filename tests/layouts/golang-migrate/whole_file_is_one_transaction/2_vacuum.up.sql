insert into tins values ('peas');
vacuum tins;
