-- The relations (r, of $1) and functions (f, of $2) that print a name of these, or of a part of them, and those that these are
-- a part of; 0 where something else may print it. And whether names are all that it prints of them: a view, or a function with
-- statements for its body, chooses names by all columns of what it reads, and a foreign key tells whether the triggers of the other
-- table fire. What is read again each time is left out. Everything is found by an index.
with named as (
    select 'pg_class'::regclass as class, oid from pg_class where oid = any ($1)
    union all select 'pg_class'::regclass, indexrelid from pg_index where indrelid = any ($1)
    union all select 'pg_constraint'::regclass, oid from pg_constraint where conrelid = any ($1)
    union all select 'pg_type'::regclass, unnest(array[t.oid, t.typarray])
              from pg_class as c join pg_type as t on t.oid = c.reltype
              where c.oid = any ($1)
    union all select 'pg_proc'::regclass, unnest($2)
)
select distinct case d.classid
           when 'pg_class'::regclass then (
             select case c.relkind when 'c' then '0' when 't' then null else 'r' || coalesce(i.indrelid, c.oid) end
             from pg_class as c left join pg_index as i on i.indexrelid = c.oid
             where c.oid = d.objid)
           when 'pg_constraint'::regclass then (
             select case conrelid when 0 then '0' else 'r' || conrelid end from pg_constraint where oid = d.objid)
           when 'pg_rewrite'::regclass then (select 'r' || ev_class from pg_rewrite where oid = d.objid)
           when 'pg_trigger'::regclass then (select 'r' || tgrelid from pg_trigger where oid = d.objid)
           when 'pg_attrdef'::regclass then (select 'r' || adrelid from pg_attrdef where oid = d.objid)
           when 'pg_proc'::regclass then 'f' || d.objid
           when 'pg_type'::regclass then (
             select case when t.typrelid = any ($1) or e.typrelid = any ($1) then null else '0' end
             from pg_type as t left join pg_type as e on e.oid = t.typelem
             where t.oid = d.objid)
           when 'pg_policy'::regclass then null
           when 'pg_statistic_ext'::regclass then null
           when 'pg_publication_rel'::regclass then null
           when 'pg_event_trigger'::regclass then null
           else '0' end,
       d.classid not in ('pg_rewrite'::regclass, 'pg_proc'::regclass)
         and not (d.classid = 'pg_constraint'::regclass
                  and exists (select from pg_trigger as t where t.tgconstraint = d.objid and t.tgenabled <> 'O'))
from named as n
join pg_depend as d on d.refclassid = n.class and d.refobjid = n.oid
union
select 'r' || indrelid, false from pg_index where indexrelid = any ($1)
union
select 'r' || d.refobjid, false
from pg_class as c join pg_depend as d on d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'i'
where c.oid = any ($1) and c.relkind = 't'
union
select '0', false from pg_class where oid = any ($1) and relkind = 'c'
union
select '0', false
from pg_depend
where deptype = 'e'
  and (classid = 'pg_class'::regclass and objid = any ($1) or classid = 'pg_proc'::regclass and objid = any ($2))
