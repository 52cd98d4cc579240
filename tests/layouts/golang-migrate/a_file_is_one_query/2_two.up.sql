insert into log values (pg_current_xact_id());
insert into log values (pg_current_xact_id());
