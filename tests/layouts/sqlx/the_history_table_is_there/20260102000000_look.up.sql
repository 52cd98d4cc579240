create table seen as select version, description, success, length(checksum) as bytes from _sqlx_migrations;
