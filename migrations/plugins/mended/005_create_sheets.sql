-- 005: workspaces and sheets.

CREATE TABLE workspaces (
    id          UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   UUID NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
    owner_id    UUID REFERENCES users(id) ON DELETE SET NULL,
    name        VARCHAR(120) NOT NULL,
    icon        VARCHAR(32),
    color       CHAR(7),
    created_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    archived_at TIMESTAMPTZ,
    CONSTRAINT workspaces_color_format CHECK (color IS NULL OR color ~ '^#[0-9a-f]{6}$')
);

CREATE INDEX workspaces_tenant_idx ON workspaces (tenant_id) WHERE archived_at IS NULL;

CREATE TABLE sheets (
    id            UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id     UUID NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
    workspace_id  UUID NOT NULL REFERENCES workspaces(id) ON DELETE CASCADE,
    name          VARCHAR(120) NOT NULL,
    description   TEXT,
    position      NUMERIC(20, 10) NOT NULL DEFAULT 0,
    row_count     BIGINT NOT NULL DEFAULT 0,
    revision      BIGINT NOT NULL DEFAULT 1,
    settings      JSONB NOT NULL DEFAULT '{}'::jsonb,
    created_by    UUID REFERENCES users(id) ON DELETE SET NULL,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    deleted_at    TIMESTAMPTZ,
    CONSTRAINT sheets_name_not_blank CHECK (btrim(name) <> ''),
    CONSTRAINT sheets_row_count_positive CHECK (row_count >= 0)
);

CREATE UNIQUE INDEX sheets_name_unique ON sheets (workspace_id, lower(name)) WHERE deleted_at IS NULL;
CREATE INDEX sheets_workspace_idx ON sheets (workspace_id, position) WHERE deleted_at IS NULL;
CREATE INDEX sheets_bin_idx ON sheets (tenant_id, deleted_at) WHERE deleted_at IS NOT NULL;

CREATE TRIGGER workspaces_set_updated_at BEFORE UPDATE ON workspaces
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER sheets_set_updated_at BEFORE UPDATE ON sheets
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON COLUMN sheets.position IS 'A fraction: moving a sheet writes one row, never its neighbours.';
COMMENT ON COLUMN sheets.revision IS 'Raised by every change of fields or records; clients poll it.';
