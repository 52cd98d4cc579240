create table names as select '${flyway:database}'::text as database, '${flyway:user}'::text as owner;
