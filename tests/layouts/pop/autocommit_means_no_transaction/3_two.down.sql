drop index jars_by_size;
