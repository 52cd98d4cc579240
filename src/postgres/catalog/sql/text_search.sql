select format('text search configuration %I.%I', n.nspname, c.cfgname) as id,
       concat_ws(E'\n', format('parser %I.%I', pn.nspname, p.prsname), (
         select string_agg(format('%s: %s', token.alias, m.dictionaries), E'\n' order by token.alias)
         from (select maptokentype, string_agg(mapdict::regdictionary::text, ', ' order by mapseqno) as dictionaries
               from pg_ts_config_map where mapcfg = c.oid group by maptokentype) as m
         join ts_token_type(c.cfgparser) as token on token.tokid = m.maptokentype)) as definition,
       pg_get_userbyid(c.cfgowner) as owner,
       d.description as comment
from pg_ts_config as c
join pg_namespace as n on n.oid = c.cfgnamespace
join pg_ts_parser as p on p.oid = c.cfgparser
join pg_namespace as pn on pn.oid = p.prsnamespace
left join pg_description as d on d.classoid = 'pg_ts_config'::regclass and d.objoid = c.oid
where n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_ts_config'::regclass and e.objid = c.oid and e.deptype = 'e')
union all
select format('text search parser %I.%I', n.nspname, p.prsname),
       format('start %s, token %s, end %s, headline %s, token types %s', p.prsstart, p.prstoken, p.prsend,
              nullif(p.prsheadline, 0)::regproc, p.prslextype),
       null,
       d.description
from pg_ts_parser as p
join pg_namespace as n on n.oid = p.prsnamespace
left join pg_description as d on d.classoid = 'pg_ts_parser'::regclass and d.objoid = p.oid
where n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_ts_parser'::regclass and e.objid = p.oid and e.deptype = 'e')
union all
select format('text search template %I.%I', n.nspname, t.tmplname),
       format('init %s, lexize %s', nullif(t.tmplinit, 0)::regproc, t.tmpllexize),
       null,
       d.description
from pg_ts_template as t
join pg_namespace as n on n.oid = t.tmplnamespace
left join pg_description as d on d.classoid = 'pg_ts_template'::regclass and d.objoid = t.oid
where n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_ts_template'::regclass and e.objid = t.oid and e.deptype = 'e')
union all
select format('text search dictionary %I.%I', n.nspname, c.dictname),
       concat_ws(E'\n', format('template %I.%I', tn.nspname, t.tmplname), c.dictinitoption),
       pg_get_userbyid(c.dictowner),
       d.description
from pg_ts_dict as c
join pg_namespace as n on n.oid = c.dictnamespace
join pg_ts_template as t on t.oid = c.dicttemplate
join pg_namespace as tn on tn.oid = t.tmplnamespace
left join pg_description as d on d.classoid = 'pg_ts_dict'::regclass and d.objoid = c.oid
where n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'migration_replay')
  and not exists (select from pg_depend as e
                  where e.classid = 'pg_ts_dict'::regclass and e.objid = c.oid and e.deptype = 'e')
