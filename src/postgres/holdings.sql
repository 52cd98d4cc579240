SELECT json_build_object(
    'oid', c.oid::int8, 'schema', n.nspname, 'name', c.relname, 'partitioned', c.relkind = 'p',
    'file', c.relfilenode::int8, 'empty', c.relkind = 'r' AND pg_relation_size(c.oid) = 0,
    'columns', (SELECT coalesce(json_agg(json_build_object(
            'number', a.attnum, 'name', a.attname, 'data_type', format_type(a.atttypid, a.atttypmod),
            'generated', a.attgenerated <> '') ORDER BY a.attnum), '[]')
        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped),
    'key', coalesce((SELECT i.indkey::int2[] FROM pg_index i
        WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
            AND i.indnkeyatts = i.indnatts
            AND (i.indisprimary OR NOT EXISTS (SELECT FROM pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey::int2[]) AND NOT a.attnotnull))
        ORDER BY i.indisprimary DESC, i.indexrelid LIMIT 1), '{}'),
    'partitions', CASE WHEN c.relkind <> 'p' THEN '[]' ELSE (
        SELECT coalesce(json_agg(p.relname), '[]')
        FROM pg_partition_tree(c.oid) t JOIN pg_class p ON p.oid = t.relid WHERE t.level > 0) END)::text
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
    AND n.nspname NOT IN ('information_schema', 'migration_replay') AND n.nspname NOT LIKE 'pg\_%'
    AND NOT EXISTS (
        SELECT FROM pg_depend d
        WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e')
    /* only */
ORDER BY c.oid
