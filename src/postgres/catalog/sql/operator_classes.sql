select format('operator class %I.%I using %I', n.nspname, o.opcname, m.amname) as id,
       format('operator family %I.%I using %I', fn.nspname, f.opfname, m.amname) as part_of,
       format('for %s, family %I.%I, storage %s, default %s', format_type(o.opcintype, null), fn.nspname, f.opfname,
              case when o.opckeytype <> 0 then format_type(o.opckeytype, null) end, o.opcdefault) as definition,
       pg_get_userbyid(o.opcowner) as owner,
       d.description as comment
from pg_opclass as o
join pg_am as m on m.oid = o.opcmethod
join pg_opfamily as f on f.oid = o.opcfamily
join pg_namespace as fn on fn.oid = f.opfnamespace
join pg_namespace as n on n.oid = o.opcnamespace
left join pg_description as d on d.classoid = 'pg_opclass'::regclass and d.objoid = o.oid
where n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_opclass'::regclass and e.objid = o.oid and e.deptype = 'e')
union all
select format('operator family %I.%I using %I', n.nspname, f.opfname, m.amname),
       null,
       nullif(concat_ws(E'\n',
         (select string_agg(format('operator %s %s%s', a.amopstrategy, a.amopopr::regoperator,
                                   case a.amoppurpose when 'o' then ' for ordering' else '' end),
                            E'\n' order by a.amopstrategy, a.amopopr::regoperator::text)
          from pg_amop as a where a.amopfamily = f.oid),
         (select string_agg(format('function %s %s', a.amprocnum, a.amproc::regprocedure),
                            E'\n' order by a.amprocnum, a.amproc::regprocedure::text)
          from pg_amproc as a where a.amprocfamily = f.oid)), ''),
       pg_get_userbyid(f.opfowner),
       d.description
from pg_opfamily as f
join pg_am as m on m.oid = f.opfmethod
join pg_namespace as n on n.oid = f.opfnamespace
left join pg_description as d on d.classoid = 'pg_opfamily'::regclass and d.objoid = f.oid
where n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_opfamily'::regclass and e.objid = f.oid and e.deptype = 'e')
