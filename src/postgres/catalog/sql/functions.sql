select case p.prokind when 'a' then 'aggregate' when 'p' then 'procedure' else 'function' end
         || format(' %I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)) as id,
       p.oid as of_function,
       case p.prokind when 'a' then null else pg_get_functiondef(p.oid) end as definition,
       case when p.prokind = 'a' then format(
         'arguments %s; sfunc %s; stype %s; sspace %s; finalfunc %s %s %s; combinefunc %s; initcond %L; moving %s, %s, %s, %s %s, %L; sortop %s; parallel %s; kind %s; serial %s, %s; moving space %s',
         pg_get_function_arguments(p.oid), g.aggtransfn::regprocedure, format_type(g.aggtranstype, null), g.aggtransspace,
         nullif(g.aggfinalfn, 0)::regprocedure, g.aggfinalextra, g.aggfinalmodify, nullif(g.aggcombinefn, 0)::regprocedure,
         g.agginitval, nullif(g.aggmtransfn, 0)::regprocedure, nullif(g.aggminvtransfn, 0)::regprocedure,
         case when g.aggmtranstype <> 0 then format_type(g.aggmtranstype, null) end,
         nullif(g.aggmfinalfn, 0)::regprocedure, g.aggmfinalmodify, g.aggminitval,
         nullif(g.aggsortop, 0)::regoperator, p.proparallel, g.aggkind,
         nullif(g.aggserialfn, 0)::regprocedure, nullif(g.aggdeserialfn, 0)::regprocedure, g.aggmtransspace) end as "state",
       pg_get_userbyid(p.proowner) as owner,
       array_to_string(p.proacl, E'\n') as acl,
       array_to_string(acldefault('f', p.proowner), E'\n') as default_acl,
       d.description as comment
from pg_proc as p
join pg_namespace as n on n.oid = p.pronamespace
left join pg_aggregate as g on g.aggfnoid = p.oid
left join pg_description as d on d.classoid = 'pg_proc'::regclass and d.objoid = p.oid
where n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  /* only p.oid */
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e')
  -- the constructors that every range type brings
  and not exists (select from pg_depend as r
                  where r.classid = 'pg_proc'::regclass and r.objid = p.oid and r.deptype = 'i'
                    and r.refclassid = 'pg_type'::regclass)
