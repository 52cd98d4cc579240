create table notes (id integer primary key, author name default current_user);
do $$ begin
    if (select datdba::regrole::text from pg_database where datname = current_database()) <> current_user then
        raise exception 'the database is not mine';
    end if;
end $$;
