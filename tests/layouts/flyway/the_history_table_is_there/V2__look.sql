create table seen as select * from flyway_schema_history;
