create schema ${schema_name};
create table ${SCHEMA_NAME}.notes as
    select '${schema_name} ${flyway:filename} ${flyway:table}' as said;
create function ${schema_name}.answer() returns integer language sql as $$ select ${answer} $$;
