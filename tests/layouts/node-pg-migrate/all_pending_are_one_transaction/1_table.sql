create table transactions as select pg_current_xact_id() as number;
