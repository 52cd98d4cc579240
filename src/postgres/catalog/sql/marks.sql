-- A sum for each relation (r) and each function (f), which changes with any row of the catalog that is about it; and one (0)
-- for some of what is neither. The version of a row is its xmin and ctid (documentation, "System Columns"). Flags of indexes are
-- summed as they are: before PG 14 they are changed in place. Nothing is joined: it would take longer than everything else.
select kind || case kind when '0' then '' else oid::text end,
       sum(hashint8extended((xmin::text::int8 << 31) # hashtid(ctid), tag))
from (
    select case when oid >= 16384 then 'r' else '0' end as kind, case when oid >= 16384 then oid else 0 end as oid,
           xmin, ctid, 1 as tag
    from pg_class
    where oid >= 16384 or relacl is not null
    union all select 'r', attrelid, xmin, ctid, 2 from pg_attribute where attrelid >= 16384
    union all select 'r', conrelid, xmin, ctid, 3 from pg_constraint where oid >= 16384
    union all select 'r', indrelid, xmin, ctid, 50 + indisvalid::int + 2 * indisready::int + 4 * indisreplident::int
              from pg_index where indexrelid >= 16384
    union all select 'r', adrelid, xmin, ctid, 4 from pg_attrdef
    union all select 'r', tgrelid, xmin, ctid, 5 from pg_trigger
    union all select 'r', ev_class, xmin, ctid, 6 from pg_rewrite where ev_class >= 16384
    union all select 'r', seqrelid, xmin, ctid, 7 from pg_sequence
    union all select 'r', inhrelid, xmin, ctid, 8 from pg_inherits
    union all select 'r', partrelid, xmin, ctid, 9 from pg_partitioned_table
    union all select 'r', ftrelid, xmin, ctid, 10 from pg_foreign_table
    union all select case classoid when 'pg_class'::regclass then 'r' when 'pg_proc'::regclass then 'f' else '0' end,
                     case when classoid in ('pg_class'::regclass, 'pg_proc'::regclass) then objoid else 0 end, xmin, ctid, 11
              from pg_description where objoid >= 16384
    union all select 'f', oid, xmin, ctid, 12 from pg_proc where oid >= 16384
    union all select 'f', aggfnoid::oid, xmin, ctid, 13 from pg_aggregate where aggfnoid >= 16384
    union all select '0', 0, xmin, ctid, 14 from pg_depend where refclassid = 'pg_extension'::regclass
) as version
group by kind, oid
