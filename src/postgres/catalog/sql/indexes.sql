-- The index of a constraint is defined by the constraint, which is told on its own.
select format('index %I.%I', n.nspname, x.relname) as id,
       c.oid as of_relation,
       case when o.conname is not null then format('constraint %I.%I.%I', n.nspname, c.relname, o.conname)
            else case c.relkind when 'm' then 'materialized view' else 'table' end
                   || format(' %I.%I', n.nspname, c.relname) end as part_of,
       case when p.relname is not null then format('index %I.%I', pn.nspname, p.relname) end as copy_of,
       case when o.oid is null then pg_get_indexdef(x.oid) end as definition,
       case when o.oid is not null and x.reloptions is not null
            then array_to_string(array(select unnest(x.reloptions) order by 1), ', ') end as options,
       case when i.indisunique then 'yes' else 'no' end as "unique",
       case when i.indisprimary then 'yes' else 'no' end as "primary",
       case when i.indisvalid then 'yes' else 'no' end as valid,
       case when i.indisready then 'yes' else 'no' end as ready,
       case when i.indisreplident then 'yes' end as "replica identity",
       case when i.indisclustered then 'yes' end as clustered,
       s.targets as "statistics targets",
       space.spcname as tablespace,
       d.description as comment
from pg_index as i
join pg_class as x on x.oid = i.indexrelid
join pg_class as c on c.oid = i.indrelid
join pg_namespace as n on n.oid = c.relnamespace
left join pg_constraint as o on o.conindid = x.oid and o.contype in ('p', 'u', 'x') and o.conrelid = c.oid
left join pg_tablespace as space on space.oid = x.reltablespace
left join pg_inherits as h on h.inhrelid = x.oid
left join pg_class as p on p.oid = h.inhparent
left join pg_namespace as pn on pn.oid = p.relnamespace
left join pg_description as d on d.classoid = 'pg_class'::regclass and d.objoid = x.oid and d.objsubid = 0
left join lateral (
    select string_agg(a.attnum || ': ' || a.attstattarget, ', ' order by a.attnum) as targets
    from pg_attribute as a
    where a.attrelid = x.oid and a.attstattarget >= 0 and i.indexprs is not null
) as s on true
where c.relkind in ('r', 'p', 'm')
  and n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  /* only i.indrelid */
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_class'::regclass and e.objid in (c.oid, x.oid) and e.deptype = 'e')
