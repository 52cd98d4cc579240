-- 008: plugin infrastructure.
--
-- What the plugin host needs: which plugins are installed, how they are configured, what they need from each other,
-- what they may do, and where they keep their data.
--
--   plugin_registry      one row per installed plugin
--   plugin_configs       settings, for everybody, for one tenant, or for one user
--   plugin_dependencies  which plugin needs which other one, and in what version
--   plugin_permissions   what administrators allowed a plugin to do
--   plugin_kv_store      a small store of values, per plugin and tenant
--
-- The host reads plugin_registry at start and enables what is marked so, in the order of the dependencies.
-- A plugin that fails is marked, with its error, and the others go on.
--
-- Safe to run again: every object is made only where it is missing.

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

-- Configuration ─ a value applies to everybody, to one tenant, or to one user: see scope.
-- The narrowest one wins: user → tenant → global.
CREATE TABLE IF NOT EXISTS plugin_configs (
    id             UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    plugin_name    VARCHAR(255) NOT NULL,
    config_key     VARCHAR(255) NOT NULL,
    config_value   JSONB,
    is_encrypted   BOOLEAN NOT NULL DEFAULT FALSE,
    tenant_id      UUID,
    user_id        UUID,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    scope          VARCHAR(20) NOT NULL DEFAULT 'global'
);

COMMENT ON TABLE plugin_configs IS 'Settings of plugins. Encrypted values are sealed by the application.';

CREATE INDEX IF NOT EXISTS idx_plugin_configs_plugin ON plugin_configs (plugin_name);

-- One value per key and scope. Some databases have a plugin_configs that the plugin loader made, without a scope: the
-- loader tells it by which of tenant_id and user_id is filled, and keeps values unique itself. There the indexes are
-- left out.
DO $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = 'plugin_configs' AND column_name = 'scope'
    ) THEN
        CREATE UNIQUE INDEX IF NOT EXISTS idx_plugin_configs_global
            ON plugin_configs (plugin_name, config_key)
            WHERE scope = 'global';
        CREATE UNIQUE INDEX IF NOT EXISTS idx_plugin_configs_user
            ON plugin_configs (plugin_name, config_key, user_id)
            WHERE scope = 'user';
        CREATE UNIQUE INDEX IF NOT EXISTS idx_plugin_configs_tenant
            ON plugin_configs (plugin_name, config_key, tenant_id)
            WHERE scope = 'tenant';
    ELSE
        RAISE NOTICE 'plugin_configs has no column scope: idx_plugin_configs_global, _user and _tenant are left out';
    END IF;
END;
$$;

-- Dependencies ─ what a plugin needs before it can be enabled. The table is shared with 046, which keeps there what a
-- version in the catalogue depends on. Either file may run first; each adds its own columns, and a row belongs to one
-- of the two: an installed plugin (plugin_name) or a version in the catalogue (manifest_id).
CREATE TABLE IF NOT EXISTS plugin_dependencies (
    id             UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    created_at     TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

ALTER TABLE plugin_dependencies
    ADD COLUMN IF NOT EXISTS plugin_name VARCHAR(255) REFERENCES plugin_registry(name) ON DELETE CASCADE,
    ADD COLUMN IF NOT EXISTS depends_on VARCHAR(255)
        CONSTRAINT plugin_dependencies_not_itself CHECK (depends_on <> plugin_name),
    ADD COLUMN IF NOT EXISTS version_range VARCHAR(50) NOT NULL DEFAULT '*',
    ADD COLUMN IF NOT EXISTS is_optional BOOLEAN NOT NULL DEFAULT FALSE;

DO $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name = 'plugin_dependencies' AND column_name = 'manifest_id'
    ) THEN
        ALTER TABLE plugin_dependencies ALTER COLUMN manifest_id DROP NOT NULL;
        ALTER TABLE plugin_dependencies ALTER COLUMN dependency_key DROP NOT NULL;
    END IF;
END;
$$;

ALTER TABLE plugin_dependencies DROP CONSTRAINT IF EXISTS plugin_dependencies_plugin_complete;
ALTER TABLE plugin_dependencies ADD CONSTRAINT plugin_dependencies_plugin_complete
    CHECK ((plugin_name IS NULL) = (depends_on IS NULL));

CREATE INDEX IF NOT EXISTS idx_plugin_dependencies_target ON plugin_dependencies (depends_on);
CREATE UNIQUE INDEX IF NOT EXISTS idx_plugin_dependencies_pair ON plugin_dependencies (plugin_name, depends_on);

COMMENT ON TABLE plugin_dependencies IS 'What plugins need from each other.';

-- Permissions ─ what an administrator allowed a plugin to do.
CREATE TABLE IF NOT EXISTS plugin_permissions (
    plugin_name      VARCHAR(255) NOT NULL REFERENCES plugin_registry(name) ON DELETE CASCADE,
    permission_code  VARCHAR(64) NOT NULL REFERENCES permissions(code) ON UPDATE CASCADE ON DELETE CASCADE,
    granted_by       UUID REFERENCES users(id) ON DELETE SET NULL,
    granted_at       TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    PRIMARY KEY (plugin_name, permission_code)
);

-- Data ─ a small key-value store, so that most plugins need no tables of their own.
CREATE TABLE IF NOT EXISTS plugin_kv_store (
    plugin_name  VARCHAR(255) NOT NULL REFERENCES plugin_registry(name) ON DELETE CASCADE,
    tenant_id    UUID NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
    key          VARCHAR(255) NOT NULL,
    value        JSONB NOT NULL,
    expires_at   TIMESTAMPTZ,
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    PRIMARY KEY (plugin_name, tenant_id, key),
    CONSTRAINT plugin_kv_store_value_size CHECK (pg_column_size(value) <= 65536)
);

CREATE INDEX IF NOT EXISTS idx_plugin_kv_store_expiry
    ON plugin_kv_store (expires_at) WHERE expires_at IS NOT NULL;

CREATE OR REPLACE FUNCTION plugin_may(p_plugin VARCHAR, p_permission VARCHAR) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1
        FROM plugin_registry r
        JOIN plugin_permissions p ON p.plugin_name = r.name
        WHERE r.name = p_plugin AND r.status = 'enabled' AND p.permission_code = p_permission
    );
$$;

DROP TRIGGER IF EXISTS plugin_registry_set_updated_at ON plugin_registry;
CREATE TRIGGER plugin_registry_set_updated_at BEFORE UPDATE ON plugin_registry
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
DROP TRIGGER IF EXISTS plugin_configs_set_updated_at ON plugin_configs;
CREATE TRIGGER plugin_configs_set_updated_at BEFORE UPDATE ON plugin_configs
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
DROP TRIGGER IF EXISTS plugin_kv_store_set_updated_at ON plugin_kv_store;
CREATE TRIGGER plugin_kv_store_set_updated_at BEFORE UPDATE ON plugin_kv_store
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
