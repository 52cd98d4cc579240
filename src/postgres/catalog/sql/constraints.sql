-- Not-null constraints (PG 18) are a property of their column, constraint triggers are triggers, and the constraints of a
-- domain are part of the type.
select format('constraint %I.%I.%I', n.nspname, c.relname, o.conname) as id,
       c.oid as of_relation,
       case c.relkind when 'f' then 'foreign table' else 'table' end
         || format(' %I.%I', n.nspname, c.relname) as part_of,
       case when pc.relname is not null
            then format('constraint %I.%I.%I', pn.nspname, pc.relname, p.conname) end as copy_of,
       regexp_replace(pg_get_constraintdef(o.oid), '( DEFERRABLE)?( INITIALLY DEFERRED)?( NOT VALID)?$', '') as definition,
       case when o.convalidated then 'yes' else 'no' end as validated,
       case when o.condeferred then 'initially deferred'
            when o.condeferrable then 'initially immediate' else 'no' end as deferrable,
       case when o.coninhcount > 0 and o.conislocal and not c.relispartition then 'yes' end as "declared here, too",
       -- ALTER TABLE … DISABLE TRIGGER ALL: nothing is checked any more.
       case when o.contype = 'f' and exists (select from pg_trigger as t
                                             where t.tgconstraint = o.oid and t.tgisinternal and t.tgenabled <> 'O')
            then 'not for all writes' end as checked,
       d.description as comment
from pg_constraint as o
join pg_class as c on c.oid = o.conrelid
join pg_namespace as n on n.oid = c.relnamespace
left join pg_constraint as p on p.oid = o.conparentid
left join pg_class as pc on pc.oid = p.conrelid
left join pg_namespace as pn on pn.oid = pc.relnamespace
left join pg_description as d on d.classoid = 'pg_constraint'::regclass and d.objoid = o.oid
where o.contype in ('c', 'f', 'p', 'u', 'x')
  and n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  /* only o.conrelid */
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e')
