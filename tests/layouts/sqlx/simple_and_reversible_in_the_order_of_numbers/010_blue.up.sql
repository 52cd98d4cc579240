insert into cups (colour) values ('blue');
