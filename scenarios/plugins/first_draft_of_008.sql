-- What a first draft of 008 left, run once by hand and broken off halfway: nothing is recorded, and scope was not thought
-- of yet.

-- Installed plugins ─ one row per plugin, whatever its version.
CREATE TABLE IF NOT EXISTS plugin_registry (
    name           VARCHAR(255) PRIMARY KEY,
    version        VARCHAR(50) NOT NULL,
    display_name   VARCHAR(255) NOT NULL,
    description    TEXT,
    author         VARCHAR(255),
    entry_point    TEXT NOT NULL,
    manifest       JSONB NOT NULL DEFAULT '{}'::jsonb,
    status         VARCHAR(20) NOT NULL DEFAULT 'installed',
    last_error     TEXT,
    installed_at   TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT plugin_registry_status_known
        CHECK (status IN ('installed', 'enabled', 'disabled', 'failed')),
    CONSTRAINT plugin_registry_failed_says_why CHECK (status <> 'failed' OR last_error IS NOT NULL)
);

CREATE INDEX IF NOT EXISTS idx_plugin_registry_enabled
    ON plugin_registry (name) WHERE status = 'enabled';

-- Configuration ─ a value applies to everybody, to one tenant, or to one user.
CREATE TABLE IF NOT EXISTS plugin_configs (
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
