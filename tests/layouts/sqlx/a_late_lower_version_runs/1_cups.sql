create table cups (place serial, colour text);
