drop index jars_by_name;
