alter table jars add column size int;
