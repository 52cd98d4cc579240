create function weekends() returns setof text language sql begin atomic
    select weekend from notes;
    select weekend from notes;
end;
