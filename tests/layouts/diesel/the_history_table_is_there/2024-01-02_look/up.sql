create table seen as select version from __diesel_schema_migrations;
