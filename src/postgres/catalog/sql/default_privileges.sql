select format('default privileges %I', pg_get_userbyid(a.defaclrole))
         || coalesce(' in ' || quote_ident(n.nspname), '')
         || case a.defaclobjtype when 'r' then ' on tables' when 'S' then ' on sequences' when 'f' then ' on functions'
                                 when 'T' then ' on types' when 'n' then ' on schemas' else ' on large objects' end as id,
       array_to_string(a.defaclacl, E'\n') as acl
from pg_default_acl as a
left join pg_namespace as n on n.oid = a.defaclnamespace
where n.nspname is distinct from 'migration_replay'
