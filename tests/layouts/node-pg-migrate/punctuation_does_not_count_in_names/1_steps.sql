create table steps (place serial, step text);
