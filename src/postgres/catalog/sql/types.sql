-- Without the types that come with another object: of rows, arrays and multiranges.
select format('type %I.%I', n.nspname, t.typname) as id,
       case t.typtype when 'e' then 'enum' when 'c' then 'composite' when 'd' then 'domain' when 'r' then 'range'
                      when 'p' then 'shell' else 'base' end as kind,
       l.labels,
       case t.typtype when 'c' then (
         select string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
                             || case when a.attcollation not in (0, b.typcollation)
                                     then ' collate ' || a.attcollation::regcollation else '' end,
                           E'\n' order by a.attnum)
         from pg_attribute as a join pg_type as b on b.oid = a.atttypid
         where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) end as attributes,
       case t.typtype when 'c' then (
         select string_agg(format('%I: %s', a.attname, ad.description), E'\n' order by a.attnum)
         from pg_attribute as a
         join pg_description as ad
           on ad.classoid = 'pg_class'::regclass and ad.objoid = a.attrelid and ad.objsubid = a.attnum
         where a.attrelid = t.typrelid and a.attnum > 0) end as "comments of attributes",
       case t.typtype when 'd' then (
         select string_agg(format('%I: %s', o.conname, od.description), E'\n' order by o.conname)
         from pg_constraint as o
         join pg_description as od on od.classoid = 'pg_constraint'::regclass and od.objoid = o.oid
         where o.contypid = t.oid) end as "comments of constraints",
       case t.typtype when 'd' then format_type(t.typbasetype, t.typtypmod) end as "base type",
       case t.typtype when 'd' then case when t.typnotnull then 'no' else 'yes' end end as nullable,
       case t.typtype when 'd' then t.typdefault end as "default",
       case t.typtype when 'd' then (
         select string_agg(format('%I %s', o.conname, pg_get_constraintdef(o.oid)), E'\n' order by o.conname)
         from pg_constraint as o where o.contypid = t.oid and o.contype = 'c') end as constraints,
       case when t.typcollation <> 0 and t.typtype = 'd' then t.typcollation::regcollation end as collation,
       case when r.rngtypid is not null then format(
         'subtype %s, operator class %s, collation %s, canonical %s, difference %s, multirange %s',
         format_type(r.rngsubtype, null), oc.opcname, nullif(r.rngcollation, 0)::regcollation,
         nullif(r.rngcanonical, 0)::regproc, nullif(r.rngsubdiff, 0)::regproc,
         (select format_type(m.rngmultitypid, null)
          from (select null::oid as rngmultitypid) as absent
          cross join lateral (select rngmultitypid from pg_range where rngtypid = t.oid) as m)) end as range,
       case t.typtype when 'b' then format(
         'input %s, output %s, receive %s, send %s, length %s, by value %s, alignment %s, storage %s, category %s, preferred %s, default %L, delimiter %s, element %s, modifiers %s %s, analyze %s, collatable %s',
         t.typinput, t.typoutput, t.typreceive, t.typsend, t.typlen, t.typbyval, t.typalign, t.typstorage,
         t.typcategory, t.typispreferred, t.typdefault, t.typdelim,
         case when t.typelem <> 0 then format_type(t.typelem, null) end, nullif(t.typmodin, 0)::regproc,
         nullif(t.typmodout, 0)::regproc, nullif(t.typanalyze, 0)::regproc, t.typcollation <> 0) end as definition,
       pg_get_userbyid(t.typowner) as owner,
       array_to_string(t.typacl, E'\n') as acl,
       array_to_string(acldefault('T', t.typowner), E'\n') as default_acl,
       coalesce(d.description, dc.description) as comment
from pg_type as t
join pg_namespace as n on n.oid = t.typnamespace
-- together: nothing but its size tells a plan that an index is better for one
left join (select enumtypid, string_agg(enumlabel, E'\n' order by enumsortorder) as labels from pg_enum group by enumtypid) as l
  on l.enumtypid = t.oid
left join pg_range as r on r.rngtypid = t.oid
left join pg_opclass as oc on oc.oid = r.rngsubopc
left join pg_description as d on d.classoid = 'pg_type'::regclass and d.objoid = t.oid and d.objsubid = 0
left join pg_description as dc on dc.classoid = 'pg_class'::regclass and dc.objoid = t.typrelid and dc.objsubid = 0
where t.oid >= 16384
  and t.typtype in ('b', 'c', 'd', 'e', 'p', 'r')
  and (t.typtype <> 'c' or (select relkind from pg_class where oid = t.typrelid) = 'c')
  and not exists (select from pg_type as element where element.typarray = t.oid)
  and n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_type'::regclass and e.objid = t.oid and e.deptype = 'e')
