create table seen as select * from atlas_schema_revisions.atlas_schema_revisions;
