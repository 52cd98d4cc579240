-- Column lists, row filters and whole schemas are there from PG 15 on.
select format('publication %I', p.pubname) as id,
       case when p.puballtables then 'all' else (
         select string_agg(
             format('%I.%I', n.nspname, c.relname)
               || coalesce((select ' (' || string_agg(quote_ident(a.attname), ', ' order by a.attnum) || ')'
                            from pg_attribute as a
                            where a.attrelid = t.prrelid and a.attnum = any (t.prattrs)), '')
               || coalesce(' where ' || pg_get_expr(t.prqual, t.prrelid), ''),
             E'\n' order by n.nspname, c.relname)
         from (select null::int2vector as prattrs, null::pg_node_tree as prqual) as absent
         cross join lateral (select prpubid, prrelid, prattrs, prqual from pg_publication_rel) as t
         join pg_class as c on c.oid = t.prrelid
         join pg_namespace as n on n.oid = c.relnamespace
         where t.prpubid = p.oid) end as tables,
       (select string_agg(quote_ident(n.nspname), ', ' order by n.nspname)
        from pg_depend as a
        join pg_depend as b on b.classid = a.classid and b.objid = a.objid and b.refclassid = 'pg_namespace'::regclass
        join pg_namespace as n on n.oid = b.refobjid
        where a.classid = to_regclass('pg_catalog.pg_publication_namespace')
          and a.refclassid = 'pg_publication'::regclass and a.refobjid = p.oid) as schemas,
       concat_ws(', ', case when p.pubinsert then 'insert' end, case when p.pubupdate then 'update' end,
                 case when p.pubdelete then 'delete' end, case when p.pubtruncate then 'truncate' end) as publishes,
       case when p.pubviaroot then 'yes' else 'no' end as "via the root",
       (select nullif(g.pubgencols::text, 'n')
        from (select null::text as pubgencols) as absent
        cross join lateral (select pubgencols from pg_publication where oid = p.oid) as g) as "generated columns",
       pg_get_userbyid(p.pubowner) as owner,
       d.description as comment
from pg_publication as p
left join pg_description as d on d.classoid = 'pg_publication'::regclass and d.objoid = p.oid
where not exists (select from pg_depend as e
                  where e.classid = 'pg_publication'::regclass and e.objid = p.oid and e.deptype = 'e')
