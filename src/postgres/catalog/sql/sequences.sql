select format('sequence %I.%I', n.nspname, c.relname) as id,
       s.seqrelid as of_relation,
       o.id as part_of,
       substr(o.id, length('column ') + 1) as "owned by",
       format_type(s.seqtypid, null) as type,
       s.seqstart as start,
       s.seqincrement as increment,
       s.seqmin as minimum,
       s.seqmax as maximum,
       s.seqcache as cache,
       case when s.seqcycle then 'yes' else 'no' end as cycle,
       case c.relpersistence when 'u' then 'yes' end as unlogged,
       pg_get_userbyid(c.relowner) as owner,
       array_to_string(c.relacl, E'\n') as acl,
       case when c.relacl is not null then array_to_string(acldefault('s', c.relowner), E'\n') end as default_acl,
       d.description as comment
from pg_sequence as s
join pg_class as c on c.oid = s.seqrelid
join pg_namespace as n on n.oid = c.relnamespace
left join (
    select w.objid, format('column %I.%I.%I', tn.nspname, t.relname, a.attname) as id
    from pg_depend as w
    join pg_class as t on t.oid = w.refobjid
    join pg_namespace as tn on tn.oid = t.relnamespace
    join pg_attribute as a on a.attrelid = w.refobjid and a.attnum = w.refobjsubid
    where w.classid = 'pg_class'::regclass and w.refclassid = 'pg_class'::regclass and w.deptype in ('a', 'i')
      and w.objid in (select seqrelid from pg_sequence)
      /* only w.objid */
) as o on o.objid = c.oid
left join pg_description as d on d.classoid = 'pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
where c.relpersistence <> 't'
  and n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  /* only s.seqrelid */
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
