alter table cups add column size int;
