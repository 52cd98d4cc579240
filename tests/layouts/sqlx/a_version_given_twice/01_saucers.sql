create table saucers (colour text);
