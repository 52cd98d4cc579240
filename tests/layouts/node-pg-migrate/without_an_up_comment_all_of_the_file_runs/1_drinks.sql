create table drinks (id int);

-- Down Migration
drop table drinks;
