-- Of a user mapping only that it is there: its options are passwords, and not for everybody to see.
select format('foreign data wrapper %I', w.fdwname) as id,
       null as part_of,
       format('handler %s, validator %s', nullif(w.fdwhandler, 0)::regproc, nullif(w.fdwvalidator, 0)::regproc) as definition,
       array_to_string(w.fdwoptions, ', ') as options,
       pg_get_userbyid(w.fdwowner) as owner,
       array_to_string(w.fdwacl, E'\n') as acl,
       array_to_string(acldefault('F', w.fdwowner), E'\n') as default_acl,
       d.description as comment
from pg_foreign_data_wrapper as w
left join pg_description as d on d.classoid = 'pg_foreign_data_wrapper'::regclass and d.objoid = w.oid
where not exists (select from pg_depend as e
                  where e.classid = 'pg_foreign_data_wrapper'::regclass and e.objid = w.oid and e.deptype = 'e')
union all
select format('server %I', s.srvname),
       format('foreign data wrapper %I', w.fdwname),
       concat_ws(', ', 'wrapper ' || quote_ident(w.fdwname), 'type ' || s.srvtype, 'version ' || s.srvversion),
       array_to_string(s.srvoptions, ', '),
       pg_get_userbyid(s.srvowner),
       array_to_string(s.srvacl, E'\n'),
       array_to_string(acldefault('S', s.srvowner), E'\n'),
       d.description
from pg_foreign_server as s
join pg_foreign_data_wrapper as w on w.oid = s.srvfdw
left join pg_description as d on d.classoid = 'pg_foreign_server'::regclass and d.objoid = s.oid
where not exists (select from pg_depend as e
                  where e.classid = 'pg_foreign_server'::regclass and e.objid = s.oid and e.deptype = 'e')
union all
select format('user mapping %I for %I', m.srvname, m.usename),
       format('server %I', m.srvname),
       null, null, null, null, null, null
from pg_user_mappings as m
