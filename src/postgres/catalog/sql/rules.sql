select format('rule %I.%I.%I', n.nspname, c.relname, r.rulename) as id,
       case c.relkind when 'v' then 'view' when 'm' then 'materialized view'
                      when 'f' then 'foreign table' else 'table' end
         || format(' %I.%I', n.nspname, c.relname) as part_of,
       pg_get_ruledef(r.oid) as definition,
       case r.ev_enabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'on replicas' else 'always' end as enabled,
       d.description as comment
from pg_rewrite as r
join pg_class as c on c.oid = r.ev_class
join pg_namespace as n on n.oid = c.relnamespace
left join pg_description as d on d.classoid = 'pg_rewrite'::regclass and d.objoid = r.oid
where r.rulename <> '_RETURN'
  and n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
