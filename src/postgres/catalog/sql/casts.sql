select format('cast (%s as %s)', format_type(c.castsource, null), format_type(c.casttarget, null)) as id,
       case c.castmethod when 'f' then c.castfunc::regprocedure::text when 'i' then 'through text'
                         else 'binary coercible' end as method,
       case c.castcontext when 'i' then 'implicit' when 'a' then 'assignment' else 'explicit' end as context,
       d.description as comment
from pg_cast as c
left join pg_description as d on d.classoid = 'pg_cast'::regclass and d.objoid = c.oid
where c.oid >= 16384
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_cast'::regclass and e.objid = c.oid and e.deptype = 'e')
