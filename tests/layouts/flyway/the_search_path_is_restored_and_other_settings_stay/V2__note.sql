select count(*) from pg_temp.kept;
insert into notes values (current_setting('statement_timeout'));
