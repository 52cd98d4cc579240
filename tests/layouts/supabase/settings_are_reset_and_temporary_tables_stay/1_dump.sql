create table notes (role text);
grant all on notes to app;
create temporary table kept ();
select pg_catalog.set_config('search_path', '', false);
