select format('extension %I', x.extname) as id,
       x.extversion as version,
       n.nspname as schema,
       pg_get_userbyid(x.extowner) as owner,
       d.description as comment
from pg_extension as x
join pg_namespace as n on n.oid = x.extnamespace
left join pg_description as d on d.classoid = 'pg_extension'::regclass and d.objoid = x.oid
