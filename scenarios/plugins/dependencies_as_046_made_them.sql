-- 046 was mended after production had run it. There its two columns are NOT NULL, as the file had them then.

ALTER TABLE plugin_dependencies
    ALTER COLUMN manifest_id SET NOT NULL,
    ALTER COLUMN dependency_key SET NOT NULL;
