select format('schema %I', n.nspname) as id,
       pg_get_userbyid(n.nspowner) as owner,
       array_to_string(n.nspacl, E'\n') as acl,
       array_to_string(acldefault('n', n.nspowner), E'\n') as default_acl,
       d.description as comment
from pg_namespace as n
left join pg_description as d on d.classoid = 'pg_namespace'::regclass and d.objoid = n.oid
where n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_namespace'::regclass and e.objid = n.oid and e.deptype = 'e')
