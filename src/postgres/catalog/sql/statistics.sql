select format('statistics %I.%I', n.nspname, s.stxname) as id,
       case c.relkind when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end
         || format(' %I.%I', cn.nspname, c.relname) as part_of,
       pg_get_statisticsobjdef(s.oid) as definition,
       nullif(s.stxstattarget, -1) as target,
       pg_get_userbyid(s.stxowner) as owner,
       d.description as comment
from pg_statistic_ext as s
join pg_namespace as n on n.oid = s.stxnamespace
join pg_class as c on c.oid = s.stxrelid
join pg_namespace as cn on cn.oid = c.relnamespace
left join pg_description as d on d.classoid = 'pg_statistic_ext'::regclass and d.objoid = s.oid
where n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_statistic_ext'::regclass and e.objid = s.oid and e.deptype = 'e')
