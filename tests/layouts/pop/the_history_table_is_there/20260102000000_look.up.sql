create table seen as select version from schema_migration;
