insert into cups (colour) values ('green');
