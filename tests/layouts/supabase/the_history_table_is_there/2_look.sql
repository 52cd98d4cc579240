create table seen as select * from supabase_migrations.schema_migrations;
