insert into cups (colour) values ('passed over');
