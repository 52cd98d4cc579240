-- The connection string is left out: it may hold a password.
select format('subscription %I', s.subname) as id,
       array_to_string(array(select unnest(s.subpublications) order by 1), ', ') as publications,
       case when s.subenabled then 'yes' else 'no' end as enabled,
       s.subslotname as slot,
       concat_ws(', ', 'binary ' || s.subbinary::text, 'streaming ' || s.substream::text, 'two phases ' || s.subtwophasestate::text,
                 'disabled on errors ' || s.subdisableonerr::text, 'origin ' || s.suborigin::text,
                 'as the owner ' || s.subrunasowner::text, 'failover ' || s.subfailover::text,
                 'password required ' || s.subpasswordrequired::text, 'synchronous commit ' || s.subsynccommit::text) as options,
       pg_get_userbyid(s.subowner) as owner,
       obj_description(s.oid, 'pg_subscription') as comment
from (select null::text as subbinary, null::text as substream, null::text as subtwophasestate,
             null::text as subdisableonerr, null::text as suborigin, null::text as subrunasowner,
             null::text as subfailover, null::text as subpasswordrequired) as absent
cross join lateral (
    select oid, subname, subdbid, subowner, subenabled, subslotname, subpublications, subsynccommit, subbinary, substream,
           subtwophasestate, subdisableonerr, suborigin, subrunasowner, subfailover, subpasswordrequired
    from pg_subscription
) as s
join pg_database as b on b.oid = s.subdbid
where b.datname = current_database()
