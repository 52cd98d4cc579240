select format('collation %I.%I', n.nspname, c.collname) as id,
       concat_ws(', ', 'provider ' || c.collprovider::text, 'collate ' || c.collcollate, 'ctype ' || c.collctype,
                 'locale ' || coalesce(c.colliculocale, c.colllocale),
                 case when not c.collisdeterministic then 'not deterministic' end, 'rules ' || c.collicurules) as definition,
       pg_get_userbyid(c.collowner) as owner,
       null as acl,
       null as default_acl,
       d.description as comment
from (select null::text as colliculocale, null::text as colllocale, null::text as collicurules) as absent
cross join lateral (
    select oid, collname, collnamespace, collowner, collprovider, collcollate, collctype, collisdeterministic,
           colliculocale, colllocale, collicurules
    from pg_collation
) as c
join pg_namespace as n on n.oid = c.collnamespace
left join pg_description as d on d.classoid = 'pg_collation'::regclass and d.objoid = c.oid
where n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_collation'::regclass and e.objid = c.oid and e.deptype = 'e')
union all
select format('conversion %I.%I', n.nspname, c.conname),
       format('%s to %s, function %s, default %s', pg_encoding_to_char(c.conforencoding),
              pg_encoding_to_char(c.contoencoding), c.conproc, c.condefault),
       pg_get_userbyid(c.conowner), null, null, obj_description(c.oid, 'pg_conversion')
from pg_conversion as c
join pg_namespace as n on n.oid = c.connamespace
where n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_conversion'::regclass and e.objid = c.oid and e.deptype = 'e')
union all
select format('language %I', l.lanname),
       format('handler %s, inline %s, validator %s, trusted %s', nullif(l.lanplcallfoid, 0)::regproc,
              nullif(l.laninline, 0)::regproc, nullif(l.lanvalidator, 0)::regproc, l.lanpltrusted),
       pg_get_userbyid(l.lanowner), array_to_string(l.lanacl, E'\n'),
       array_to_string(acldefault('l', l.lanowner), E'\n'),
       -- the comment of an extension's language is the extension's
       case when not exists (select from pg_depend as e
                             where e.classid = 'pg_language'::regclass and e.objid = l.oid and e.deptype = 'e')
            then obj_description(l.oid, 'pg_language') end
from pg_language as l
where l.lanispl
  -- an extension's language is told where its grants were changed
  and (l.lanacl is not null
       or not exists (select from pg_depend as e
                      where e.classid = 'pg_language'::regclass and e.objid = l.oid and e.deptype = 'e'))
union all
select format('access method %I', m.amname), format('type %s, handler %s', m.amtype, m.amhandler), null, null, null,
       obj_description(m.oid, 'pg_am')
from pg_am as m
where m.oid >= 16384
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_am'::regclass and e.objid = m.oid and e.deptype = 'e')
union all
select format('transform for %s language %I', format_type(t.trftype, null), l.lanname),
       format('from sql %s, to sql %s', t.trffromsql::regprocedure, t.trftosql::regprocedure), null, null, null,
       obj_description(t.oid, 'pg_transform')
from pg_transform as t
join pg_language as l on l.oid = t.trflang
where not exists (select from pg_depend as e
                  where e.classid = 'pg_transform'::regclass and e.objid = t.oid and e.deptype = 'e')
