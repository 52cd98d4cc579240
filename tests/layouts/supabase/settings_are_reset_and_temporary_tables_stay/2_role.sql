select count(*) from pg_temp.kept;
set role app;
