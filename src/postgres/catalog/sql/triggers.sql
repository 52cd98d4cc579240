-- A partition's copy of a trigger is told only where it was enabled or disabled on its own. Our own triggers are not part of
-- the schema.
select format('trigger %I.%I.%I', n.nspname, c.relname, t.tgname) as id,
       t.tgrelid as of_relation,
       case c.relkind when 'v' then 'view' when 'f' then 'foreign table' else 'table' end
         || format(' %I.%I', n.nspname, c.relname) as part_of,
       pg_get_triggerdef(t.oid) as definition,
       case t.tgenabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'on replicas' else 'always' end as enabled,
       d.description as comment
from pg_trigger as t
join pg_class as c on c.oid = t.tgrelid
join pg_namespace as n on n.oid = c.relnamespace
join pg_proc as f on f.oid = t.tgfoid
join pg_namespace as fn on fn.oid = f.pronamespace
left join pg_trigger as p on p.oid = t.tgparentid
left join pg_description as d on d.classoid = 'pg_trigger'::regclass and d.objoid = t.oid
where not t.tgisinternal
  and p.tgenabled is distinct from t.tgenabled
  and n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  /* only t.tgrelid */
  and fn.nspname <> 'migration_replay'
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_trigger'::regclass and e.objid = t.oid and e.deptype = 'e')
