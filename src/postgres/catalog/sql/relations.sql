select case c.relkind when 'v' then 'view' when 'm' then 'materialized view'
                      when 'f' then 'foreign table' else 'table' end
         || format(' %I.%I', n.nspname, c.relname) as id,
       c.oid as of_relation,
       pg_get_userbyid(c.relowner) as owner,
       array_to_string(c.relacl, E'\n') as acl,
       case when c.relacl is not null then array_to_string(acldefault('r', c.relowner), E'\n') end as default_acl,
       case when c.relkind in ('v', 'm') then pg_get_viewdef(c.oid) end as definition,
       case c.relpersistence when 'u' then 'yes' end as unlogged,
       case when c.relkind in ('r', 'p')
            then case when c.relrowsecurity then 'on' else 'off' end end as "row security",
       case when c.relkind in ('r', 'p')
            then case when c.relforcerowsecurity then 'forced' else 'not forced' end end as "row security for the owner",
       case c.relkind when 'p' then pg_get_partkeydef(c.oid) end as "partitioned by",
       case when c.relispartition then p.parents end as "partition of",
       pg_get_expr(c.relpartbound, c.oid) as "partition bound",
       case when not c.relispartition then p.parents end as inherits,
       case when c.reloptions is not null or toast.reloptions is not null
            then array_to_string(array(select unnest(c.reloptions)
                                       union all select 'toast.' || unnest(toast.reloptions) order by 1), ', ') end as options,
       space.spcname as tablespace,
       nullif(am.amname, 'heap') as "access method",
       case c.relreplident when 'f' then 'full' when 'n' then 'nothing' when 'i' then 'index' end as "replica identity",
       case when c.reloftype <> 0 then format_type(c.reloftype, null) end as "of type",
       case c.relkind when 'm' then case when c.relispopulated then 'yes' else 'no' end end as populated,
       s.srvname as server,
       array_to_string(f.ftoptions, ', ') as "foreign options",
       d.description as comment
from pg_class as c
join pg_namespace as n on n.oid = c.relnamespace
left join pg_am as am on am.oid = c.relam
left join pg_class as toast on toast.oid = c.reltoastrelid
left join pg_tablespace as space on space.oid = c.reltablespace
left join pg_foreign_table as f on f.ftrelid = c.oid
left join pg_foreign_server as s on s.oid = f.ftserver
left join pg_description as d on d.classoid = 'pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
left join (
    select i.inhrelid, string_agg(i.inhparent::regclass::text, ', ' order by i.inhseqno) as parents
    from pg_inherits as i
    group by i.inhrelid
) as p on p.inhrelid = c.oid
where c.relkind in ('r', 'p', 'v', 'm', 'f')
  and n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  /* only c.oid */
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
