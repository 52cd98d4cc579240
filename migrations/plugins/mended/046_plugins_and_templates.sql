-- 046: the plugin catalogue (what can be installed) and templates (sheets to start from).

CREATE TABLE IF NOT EXISTS plugin_manifests (
    id             UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    plugin_key     VARCHAR(255) NOT NULL,
    version        VARCHAR(50) NOT NULL,
    display_name   VARCHAR(255) NOT NULL,
    summary        TEXT,
    homepage       TEXT,
    license        VARCHAR(64),
    manifest       JSONB NOT NULL,
    checksum       BYTEA,
    is_published   BOOLEAN NOT NULL DEFAULT FALSE,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT plugin_manifests_version_unique UNIQUE (plugin_key, version),
    CONSTRAINT plugin_manifests_version_format CHECK (version ~ '^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$'),
    CONSTRAINT plugin_manifests_homepage_https CHECK (homepage IS NULL OR homepage ~ '^https://')
);

CREATE INDEX IF NOT EXISTS idx_plugin_manifests_published
    ON plugin_manifests (plugin_key, created_at DESC) WHERE is_published;

-- What a version of a plugin depends on: other plugins, or features of the host. The table is shared with 008, which
-- keeps there what installed plugins need; where 008 ran before, only the columns are added.
CREATE TABLE IF NOT EXISTS plugin_dependencies (
    id                  UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    created_at          TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

ALTER TABLE plugin_dependencies
    ADD COLUMN IF NOT EXISTS manifest_id UUID REFERENCES plugin_manifests(id) ON DELETE CASCADE,
    ADD COLUMN IF NOT EXISTS dependency_key VARCHAR(255),
    ADD COLUMN IF NOT EXISTS dependency_type VARCHAR(20) NOT NULL DEFAULT 'required'
        CONSTRAINT plugin_dependencies_type_known CHECK (dependency_type IN ('required', 'optional', 'conflicts')),
    ADD COLUMN IF NOT EXISTS version_constraint VARCHAR(100);

CREATE UNIQUE INDEX IF NOT EXISTS idx_plugin_dependencies_manifest
    ON plugin_dependencies (manifest_id, dependency_key);
CREATE INDEX IF NOT EXISTS idx_plugin_dependencies_key
    ON plugin_dependencies (dependency_key);

CREATE TABLE IF NOT EXISTS plugin_installs (
    tenant_id     UUID NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
    manifest_id   UUID NOT NULL REFERENCES plugin_manifests(id) ON DELETE RESTRICT,
    installed_by  UUID REFERENCES users(id) ON DELETE SET NULL,
    installed_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    is_enabled    BOOLEAN NOT NULL DEFAULT TRUE,
    PRIMARY KEY (tenant_id, manifest_id)
);

CREATE TABLE IF NOT EXISTS templates (
    id            UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id     UUID REFERENCES tenants(id) ON DELETE CASCADE,
    key           VARCHAR(64) NOT NULL,
    name          VARCHAR(120) NOT NULL,
    category      VARCHAR(64) NOT NULL DEFAULT 'other',
    description   TEXT,
    body          JSONB NOT NULL,
    is_published  BOOLEAN NOT NULL DEFAULT FALSE,
    created_by    UUID REFERENCES users(id) ON DELETE SET NULL,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT templates_body_has_fields CHECK (jsonb_typeof(body -> 'fields') = 'array')
);

CREATE UNIQUE INDEX IF NOT EXISTS idx_templates_shared_key ON templates (key) WHERE tenant_id IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS idx_templates_tenant_key ON templates (tenant_id, key) WHERE tenant_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS idx_templates_category ON templates (category) WHERE is_published;

CREATE TABLE IF NOT EXISTS template_uses (
    id           UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    template_id  UUID NOT NULL REFERENCES templates(id) ON DELETE CASCADE,
    tenant_id    UUID NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
    sheet_id     UUID REFERENCES sheets(id) ON DELETE SET NULL,
    used_by      UUID REFERENCES users(id) ON DELETE SET NULL,
    used_at      TIMESTAMPTZ NOT NULL DEFAULT NOW()
);

CREATE INDEX IF NOT EXISTS idx_template_uses_template ON template_uses (template_id, used_at DESC);

CREATE OR REPLACE VIEW plugin_catalogue AS
SELECT DISTINCT ON (m.plugin_key)
       m.plugin_key, m.version, m.display_name, m.summary, m.license,
       (SELECT count(*) FROM plugin_dependencies d
        WHERE d.manifest_id = m.id AND d.dependency_type = 'required') AS requirement_count,
       (SELECT count(*) FROM plugin_installs i WHERE i.manifest_id = m.id AND i.is_enabled) AS install_count
FROM plugin_manifests m
WHERE m.is_published
ORDER BY m.plugin_key, m.created_at DESC;

-- What stands between a tenant and a plugin: requirements that are not installed, conflicts that are.
CREATE OR REPLACE FUNCTION plugin_obstacles(p_tenant UUID, p_manifest UUID)
RETURNS TABLE (dependency_key VARCHAR, obstacle TEXT)
LANGUAGE sql STABLE AS $$
    SELECT d.dependency_key,
           CASE d.dependency_type WHEN 'required' THEN 'not installed' ELSE 'installed, and in conflict' END
    FROM plugin_dependencies d
    LEFT JOIN LATERAL (
        SELECT 1 AS found
        FROM plugin_installs i JOIN plugin_manifests m ON m.id = i.manifest_id
        WHERE i.tenant_id = p_tenant AND i.is_enabled AND m.plugin_key = d.dependency_key
        LIMIT 1
    ) present ON TRUE
    WHERE d.manifest_id = p_manifest
      AND ((d.dependency_type = 'required' AND present.found IS NULL)
        OR (d.dependency_type = 'conflicts' AND present.found IS NOT NULL));
$$;

DROP TRIGGER IF EXISTS plugin_manifests_set_updated_at ON plugin_manifests;
CREATE TRIGGER plugin_manifests_set_updated_at BEFORE UPDATE ON plugin_manifests
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
DROP TRIGGER IF EXISTS templates_set_updated_at ON templates;
CREATE TRIGGER templates_set_updated_at BEFORE UPDATE ON templates
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE plugin_manifests IS 'One row per published version, never changed afterwards except is_published.';
