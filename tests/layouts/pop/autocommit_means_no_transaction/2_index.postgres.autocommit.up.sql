create index concurrently jars_by_name on jars (name);
