alter table jars add column size int;
create index concurrently jars_by_size on jars (size);
