select pg_catalog.set_config('search_path', '', false);
create table public.customers (id integer);
