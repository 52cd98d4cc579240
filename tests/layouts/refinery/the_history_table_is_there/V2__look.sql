create table seen as select version, name, checksum from refinery_schema_history;
