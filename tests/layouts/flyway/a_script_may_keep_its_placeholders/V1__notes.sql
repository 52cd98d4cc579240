create table notes as select '${tenant}'::text as said;
