select format('operator %I.%s (%s, %s)', n.nspname, o.oprname,
              case when o.oprleft = 0 then 'none' else format_type(o.oprleft, null) end,
              case when o.oprright = 0 then 'none' else format_type(o.oprright, null) end) as id,
       format('function %s, returns %s, commutator %s, negator %s, restrict %s, join %s, hashes %s, merges %s',
              o.oprcode::regprocedure, format_type(o.oprresult, null), nullif(o.oprcom, 0)::regoperator,
              nullif(o.oprnegate, 0)::regoperator, nullif(o.oprrest, 0)::regproc, nullif(o.oprjoin, 0)::regproc,
              o.oprcanhash, o.oprcanmerge) as definition,
       pg_get_userbyid(o.oprowner) as owner,
       d.description as comment
from pg_operator as o
join pg_namespace as n on n.oid = o.oprnamespace
left join pg_description as d on d.classoid = 'pg_operator'::regclass and d.objoid = o.oid
where n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_operator'::regclass and e.objid = o.oid and e.deptype = 'e')
