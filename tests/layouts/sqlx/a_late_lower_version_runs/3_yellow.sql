insert into cups (colour) values ('yellow');
