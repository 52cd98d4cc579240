-- Grants on what is the server's own or an extension's, where somebody changed them since. `pg_dump` leaves the
-- information schema out. Names are made last, for the few that are told.
select 'grants on ' || case g.classoid
         when 'pg_class'::regclass then (
           select case c.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table'
                                 when 'S' then 'sequence' else 'table' end || format(' %I.%I', n.nspname, c.relname)
           from pg_class as c join pg_namespace as n on n.oid = c.relnamespace where c.oid = g.objoid)
         when 'pg_proc'::regclass then (
           select case p.prokind when 'a' then 'aggregate' when 'p' then 'procedure' else 'function' end
                    || format(' %I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes))
           from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace where p.oid = g.objoid)
         when 'pg_namespace'::regclass then format('schema %I', g.name)
         else format('foreign data wrapper %I', g.name) end as id,
       (select format('extension %I', x.extname) from pg_extension as x where x.oid = e.refobjid) as part_of,
       pg_get_userbyid(g.owner) as owner,
       array_to_string(g.acl, E'\n') as acl,
       array_to_string(acldefault(g.kind, g.owner), E'\n') as default_acl
from (
    select 'pg_class'::regclass as classoid, oid as objoid, null::name as name, relnamespace as namespace,
           relowner as owner, relacl as acl, case relkind when 'S' then 's'::"char" else 'r'::"char" end as kind
    from pg_class where relacl is not null and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
    union all
    select 'pg_proc'::regclass, oid, null, pronamespace, proowner, proacl, 'f'
    from pg_proc where proacl is not null
    union all
    select 'pg_namespace'::regclass, oid, nspname, oid, nspowner, nspacl, 'n'
    from pg_namespace where nspacl is not null
    union all
    select 'pg_foreign_data_wrapper'::regclass, oid, fdwname, 0, fdwowner, fdwacl, 'F'
    from pg_foreign_data_wrapper where fdwacl is not null
) as g
left join pg_depend as e on e.classid = g.classoid and e.objid = g.objoid and e.objsubid = 0 and e.deptype = 'e'
left join pg_init_privs as i on i.classoid = g.classoid and i.objoid = g.objoid and i.objsubid = 0
where (e.refobjid is not null or g.namespace = 'pg_catalog'::regnamespace)
  and g.acl is distinct from coalesce(i.initprivs, acldefault(g.kind, g.owner))
  and array(select unnest(g.acl)::text order by 1)
      <> array(select unnest(coalesce(i.initprivs, acldefault(g.kind, g.owner)))::text order by 1)
