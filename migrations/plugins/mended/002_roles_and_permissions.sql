-- 002: named permissions, roles per tenant, and who holds which role.

CREATE TABLE permissions (
    code         VARCHAR(64) PRIMARY KEY,
    description  TEXT NOT NULL,
    is_dangerous BOOLEAN NOT NULL DEFAULT FALSE,
    CONSTRAINT permissions_code_format CHECK (code ~ '^[a-z_]+:[a-z_]+$')
);

CREATE TABLE roles (
    id          UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   UUID REFERENCES tenants(id) ON DELETE CASCADE,
    name        VARCHAR(64) NOT NULL,
    description TEXT,
    is_system   BOOLEAN NOT NULL DEFAULT FALSE,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT roles_system_has_no_tenant CHECK (is_system = (tenant_id IS NULL))
);

CREATE UNIQUE INDEX roles_system_name_unique ON roles (name) WHERE tenant_id IS NULL;
CREATE UNIQUE INDEX roles_tenant_name_unique ON roles (tenant_id, name) WHERE tenant_id IS NOT NULL;

CREATE TABLE role_permissions (
    role_id         UUID NOT NULL REFERENCES roles(id) ON DELETE CASCADE,
    permission_code VARCHAR(64) NOT NULL REFERENCES permissions(code) ON UPDATE CASCADE,
    granted_at      TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    PRIMARY KEY (role_id, permission_code)
);

CREATE TABLE user_roles (
    user_id    UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    role_id    UUID NOT NULL REFERENCES roles(id) ON DELETE CASCADE,
    granted_by UUID REFERENCES users(id) ON DELETE SET NULL,
    granted_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    PRIMARY KEY (user_id, role_id)
);

CREATE INDEX user_roles_role_idx ON user_roles (role_id);

CREATE TRIGGER roles_set_updated_at BEFORE UPDATE ON roles
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

INSERT INTO permissions (code, description, is_dangerous) VALUES
    ('sheet:read',       'See sheets and their records',              FALSE),
    ('sheet:write',      'Create, change and delete records',         FALSE),
    ('sheet:design',     'Change fields and views',                   FALSE),
    ('sheet:share',      'Give other people access',                  FALSE),
    ('sheet:delete',     'Delete a whole sheet',                      TRUE),
    ('member:invite',    'Invite people into the tenant',             FALSE),
    ('member:manage',    'Change roles, suspend and remove people',   TRUE),
    ('approval:design',  'Define approval flows',                     FALSE),
    ('audit:read',       'Read the audit log',                        FALSE),
    ('tenant:configure', 'Change settings of the tenant',             TRUE);

INSERT INTO roles (name, description, is_system) VALUES
    ('owner',  'Everything',                            TRUE),
    ('editor', 'Works with sheets, designs them',       TRUE),
    ('viewer', 'Reads what was shared',                 TRUE);

INSERT INTO role_permissions (role_id, permission_code)
SELECT r.id, p.code
FROM roles r
JOIN permissions p ON r.name = 'owner'
    OR (r.name = 'editor' AND p.code IN ('sheet:read', 'sheet:write', 'sheet:design', 'sheet:share'))
    OR (r.name = 'viewer' AND p.code = 'sheet:read')
WHERE r.is_system;

CREATE OR REPLACE FUNCTION has_permission(p_user UUID, p_code VARCHAR) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1
        FROM user_roles ur
        JOIN role_permissions rp ON rp.role_id = ur.role_id
        WHERE ur.user_id = p_user AND rp.permission_code = p_code
    );
$$;
