insert into cups (colour) values ('red');
