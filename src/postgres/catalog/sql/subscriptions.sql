-- The connection string is left out: it may hold a password.
select format('subscription %I', s.subname) as id,
       array_to_string(array(select unnest(s.subpublications) order by 1), ', ') as publications,
       case when s.subenabled then 'yes' else 'no' end as enabled,
       s.subslotname as slot,
       pg_get_userbyid(s.subowner) as owner
from pg_subscription as s
join pg_database as b on b.oid = s.subdbid
where b.datname = current_database()
