select format('policy %I.%I.%I', n.nspname, c.relname, p.polname) as id,
       format('table %I.%I', n.nspname, c.relname) as part_of,
       case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                     when 'd' then 'delete' else 'all' end as command,
       case when p.polpermissive then 'yes' else 'no' end as permissive,
       (select string_agg(case role when 0 then 'public' else quote_ident(pg_get_userbyid(role)) end, ', '
                          order by case role when 0 then '' else pg_get_userbyid(role) end)
        from unnest(p.polroles) as role) as roles,
       pg_get_expr(p.polqual, p.polrelid) as "using",
       pg_get_expr(p.polwithcheck, p.polrelid) as "with check",
       d.description as comment
from pg_policy as p
join pg_class as c on c.oid = p.polrelid
join pg_namespace as n on n.oid = c.relnamespace
left join pg_description as d on d.classoid = 'pg_policy'::regclass and d.objoid = p.oid
where n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
