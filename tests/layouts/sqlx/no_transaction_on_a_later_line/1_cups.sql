create table cups (colour text);
