select format('event trigger %I', t.evtname) as id,
       t.evtevent as event,
       t.evtfoid::regprocedure as function,
       array_to_string(array(select unnest(t.evttags) order by 1), ', ') as tags,
       case t.evtenabled when 'O' then 'yes' when 'D' then 'no' when 'R' then 'on replicas' else 'always' end as enabled,
       pg_get_userbyid(t.evtowner) as owner,
       d.description as comment
from pg_event_trigger as t
join pg_proc as f on f.oid = t.evtfoid
join pg_namespace as n on n.oid = f.pronamespace
left join pg_description as d on d.classoid = 'pg_event_trigger'::regclass and d.objoid = t.oid
where n.nspname <> 'migration_replay'
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_event_trigger'::regclass and e.objid = t.oid and e.deptype = 'e')
