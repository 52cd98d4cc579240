-- In the order of the table: the reader keeps it. `absent` stands in for a column that older servers do not have.
with relation as materialized (
    select c.oid,
           case c.relkind when 'v' then 'view' when 'm' then 'materialized view'
                          when 'f' then 'foreign table' else 'table' end
             || format(' %I.%I', n.nspname, c.relname) as id,
           format('column %I.%I.', n.nspname, c.relname) as prefix,
           case when c.relispartition then (
             select format('column %I.%I.', pn.nspname, p.relname)
             from pg_inherits as i
             join pg_class as p on p.oid = i.inhparent
             join pg_namespace as pn on pn.oid = p.relnamespace
             where i.inhrelid = c.oid) end as copied_from,
           c.relkind in ('v', 'm') as is_view,
           c.relispartition as is_partition
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f')
      and n.nspname !~ '^pg_'
      and n.nspname not in ('information_schema', 'migration_replay')
      /* only c.oid */
      and not exists (select from pg_depend as e
                      where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
)
select r.prefix || quote_ident(a.attname) as id,
       r.oid as of_relation,
       r.id as part_of,
       r.copied_from || quote_ident(a.attname) as copy_of,
       format_type(a.atttypid, a.atttypmod) as type,
       case when not r.is_view then case when a.attnotnull then 'no' else 'yes' end end as nullable,
       case when a.attgenerated = '' then pg_get_expr(f.adbin, f.adrelid) end as "default",
       case a.attgenerated when '' then null else pg_get_expr(f.adbin, f.adrelid)
         || case a.attgenerated when 's' then ' stored' else ' virtual' end end as generated,
       -- A partition is restored as a table of its own that is then attached.
       case when a.attinhcount > 0 and a.attislocal and not r.is_partition then 'yes' end as "declared here, too",
       case a.attidentity when 'a' then 'always' when 'd' then 'by default' end as identity,
       case when a.attcollation <> t.typcollation then a.attcollation::regcollation::text end as collation,
       case when a.attstorage <> t.typstorage
            then case a.attstorage when 'p' then 'plain' when 'e' then 'external'
                                   when 'm' then 'main' else 'extended' end end as storage,
       case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end as compression,
       nullif(a.attstattarget, -1) as "statistics target",
       -- pg_attver is the server's own stamp of the last change; 15.20 keeps it among the options.
       case when a.attoptions is not null
            then (select string_agg(o.option, ', ' order by o.option)
                  from unnest(a.attoptions) as o(option) where o.option not like 'pg\_attver=%') end as options,
       array_to_string(a.attfdwoptions, ', ') as "foreign options",
       array_to_string(a.attacl, E'\n') as acl,
       d.description as comment
from relation as r
cross join (select ''::"char" as attcompression) as absent
join lateral (
    select attrelid, attnum, attname, atttypid, atttypmod, attnotnull, attgenerated, attidentity, attcollation,
           attstorage, attcompression, attstattarget, attoptions, attfdwoptions, attacl, attinhcount, attislocal
    from pg_attribute
    where attnum > 0 and not attisdropped
) as a on a.attrelid = r.oid
join pg_type as t on t.oid = a.atttypid
left join pg_attrdef as f on f.adrelid = a.attrelid and f.adnum = a.attnum
left join pg_description as d on d.classoid = 'pg_class'::regclass and d.objoid = r.oid and d.objsubid = a.attnum
order by a.attrelid, a.attnum
