create table notes (said text);
create procedure note() language plpgsql as $$
begin
    insert into notes values ('x');
    commit;
end
$$;
