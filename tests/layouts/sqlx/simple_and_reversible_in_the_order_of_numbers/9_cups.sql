create table cups (place serial, colour text);
insert into cups (colour) values ('red');
