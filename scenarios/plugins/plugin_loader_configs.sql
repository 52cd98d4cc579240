-- The table that the plugin loader, another tool, makes at its first start. It is plugin_configs of 008 but for one
-- column: there is no scope. The loader tells it by which of tenant_id and user_id is filled.

CREATE TABLE plugin_configs (
    id             UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    plugin_name    VARCHAR(255) NOT NULL,
    config_key     VARCHAR(255) NOT NULL,
    config_value   JSONB,
    is_encrypted   BOOLEAN NOT NULL DEFAULT FALSE,
    tenant_id      UUID,
    user_id        UUID,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

INSERT INTO plugin_configs (plugin_name, config_key, config_value, tenant_id, user_id) VALUES
    ('calendar-sync', 'poll_minutes', '15', NULL, NULL),
    ('calendar-sync', 'poll_minutes', '5', '10000000-0000-4000-8000-000000000001', NULL),
    ('calendar-sync', 'color', '"#3366cc"', '10000000-0000-4000-8000-000000000001', '20000000-0000-4000-8000-000000000001'),
    ('barcode-field', 'symbology', '"ean13"', NULL, NULL);
