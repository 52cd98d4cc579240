SELECT pg_catalog.json_build_object(
    'is', 'table', 'oid', c.oid::int8, 'schema', n.nspname, 'name', c.relname, 'partitioned', c.relkind = 'p',
    'filled', f.columns, 'key', f.key, 'sole', coalesce(f.sole, false),
    'generated', CASE WHEN f.relation IS NULL THEN 0 ELSE coalesce(g.rows, 0) END)
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN migration_replay.filled f ON f.relation = c.oid
LEFT JOIN (SELECT relation, count(*) AS rows FROM migration_replay.generated GROUP BY relation) g ON g.relation = c.oid
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't' AND {among c.oid}
    AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'migration_replay') AND n.nspname NOT LIKE 'pg\_%'
    AND NOT EXISTS (
        SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e')
ORDER BY n.nspname, c.relname;

SELECT json_build_object(
    'is', 'column', 'of', a.attrelid::int8, 'number', a.attnum, 'name', a.attname,
    'type', json_build_object('oid', t.oid::int8, 'name', t.typname, 'builtin', t.typnamespace = 'pg_catalog'::regnamespace),
    'modifier', a.atttypmod, 'not_null', a.attnotnull, 'default', d.expression,
    'automatic', a.attidentity <> '' OR a.attgenerated <> '' OR coalesce(d.expression, '') LIKE '%nextval(%')
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN LATERAL (
    SELECT pg_get_expr(d.adbin, d.adrelid) AS expression FROM pg_attrdef d
    WHERE a.atthasdef AND d.adrelid = a.attrelid AND d.adnum = a.attnum OFFSET 0) d ON true
WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attrelid >= 16384 AND {among a.attrelid}
ORDER BY a.attrelid, a.attnum;

SELECT json_build_object(
    'is', 'key', 'of', i.indrelid::int8, 'name', c.relname, 'primary', i.indisprimary,
    'columns', (SELECT json_agg(k.number ORDER BY k.place)
        FROM unnest(i.indkey::int2[]) WITH ORDINALITY k(number, place) WHERE k.place <= i.indnkeyatts),
    'parts', CASE WHEN i.indexprs IS NULL THEN '[]' ELSE (
        SELECT json_agg(pg_get_indexdef(i.indexrelid, part, true) ORDER BY part)
        FROM generate_series(1, i.indnkeyatts::int) part) END,
    'predicate', pg_get_expr(i.indpred, i.indrelid),
    'nulls_equal', NOT i.indisprimary AND coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false))
FROM pg_index i
JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_class r ON r.oid = i.indrelid
WHERE i.indisunique AND i.indrelid >= 16384 AND {among i.indrelid} AND NOT r.relispartition AND r.relkind IN ('r', 'p');

SELECT json_build_object(
    'is', 'reference', 'of', k.conrelid::int8, 'name', k.conname, 'columns', k.conkey, 'to', k.confrelid::int8,
    'to_columns', k.confkey, 'deferrable', k.condeferrable)
FROM pg_constraint k
JOIN pg_class r ON r.oid = k.conrelid
WHERE k.contype = 'f' AND k.conparentid = 0 AND {among k.conrelid} AND NOT r.relispartition
ORDER BY k.conrelid, k.conname;

SELECT json_build_object(
    'is', 'check', 'of', k.conrelid::int8, 'name', k.conname,
    'expression', CASE WHEN k.contype = 'c' THEN pg_get_expr(k.conbin, k.conrelid) ELSE '' END,
    'excludes', CASE WHEN k.contype = 'x' THEN (
        SELECT coalesce(json_agg(DISTINCT d.refobjsubid), '[]')
        FROM pg_depend d
        WHERE d.classid = 'pg_constraint'::regclass AND d.objid = k.oid AND d.refobjid = k.conrelid AND d.refobjsubid > 0)
        ELSE '[]' END)
FROM pg_constraint k
JOIN pg_class r ON r.oid = k.conrelid
WHERE k.contype IN ('c', 'x') AND k.conrelid >= 16384 AND {among k.conrelid} AND NOT r.relispartition
ORDER BY k.conrelid, k.conname;

SELECT json_build_object(
    'is', 'partition', 'of', pg_partition_root(c.oid)::oid::int8,
    'bound', pg_get_partition_constraintdef(c.oid))
FROM pg_class c
WHERE c.relispartition AND c.relkind IN ('r', 'f') AND {among pg_partition_root(c.oid)::oid}
ORDER BY c.relname;

WITH RECURSIVE used(type) AS (
    SELECT a.atttypid FROM pg_attribute a
    WHERE a.attnum > 0 AND NOT a.attisdropped AND a.atttypid >= 16384 AND a.attrelid >= 16384 AND {among a.attrelid}
    UNION
    SELECT inside.type
    FROM used u
    JOIN pg_type t ON t.oid = u.type
    CROSS JOIN LATERAL (
        SELECT t.typbasetype
        UNION ALL SELECT t.typelem
        UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE r.rngtypid = t.oid
        UNION ALL SELECT a.atttypid FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    ) inside(type)
    WHERE inside.type >= 16384)
SELECT json_build_object(
    'is', 'type', 'oid', t.oid::int8, 'name', t.typname, 'kind', t.typtype,
    'inner', (SELECT json_build_object(
            'oid', i.oid::int8, 'name', i.typname, 'builtin', i.typnamespace = 'pg_catalog'::regnamespace)
        FROM pg_type i
        WHERE i.oid = CASE t.typtype
            WHEN 'd' THEN t.typbasetype
            WHEN 'r' THEN (SELECT r.rngsubtype FROM pg_range r WHERE r.rngtypid = t.oid)
            ELSE t.typelem END AND i.oid <> 0),
    'modifier', t.typtypmod, 'not_null', t.typnotnull,
    'labels', coalesce((SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder) FROM pg_enum e WHERE t.typtype = 'e' AND e.enumtypid = t.oid), '[]'),
    'fields', coalesce((SELECT json_agg(json_build_array(json_build_object(
                'oid', f.oid::int8, 'name', f.typname, 'builtin', f.typnamespace = 'pg_catalog'::regnamespace), a.atttypmod)
            ORDER BY a.attnum)
        FROM pg_attribute a JOIN pg_type f ON f.oid = a.atttypid
        WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '[]'),
    'checks', coalesce((SELECT json_agg(pg_get_expr(k.conbin, 0)) FROM pg_constraint k
        WHERE k.contypid = t.oid AND k.contype = 'c'), '[]'))
FROM used u
JOIN pg_type t ON t.oid = u.type
LEFT JOIN pg_class c ON c.oid = t.typrelid
WHERE t.typtype IN ('b', 'd', 'e', 'r', 'm') OR c.relkind = 'c'
