create table seen as select version, dirty from schema_migrations;
