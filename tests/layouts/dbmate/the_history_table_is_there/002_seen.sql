-- migrate:up
create table seen as select version from schema_migrations;
-- migrate:down
