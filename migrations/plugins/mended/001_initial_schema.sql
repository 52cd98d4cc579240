-- 001: tenants, users, sessions, and the helpers that every later file uses.

CREATE TABLE tenants (
    id          UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    slug        VARCHAR(63) NOT NULL,
    name        VARCHAR(255) NOT NULL,
    plan        VARCHAR(20) NOT NULL DEFAULT 'free',
    is_active   BOOLEAN NOT NULL DEFAULT TRUE,
    settings    JSONB NOT NULL DEFAULT '{}'::jsonb,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT tenants_slug_unique UNIQUE (slug),
    CONSTRAINT tenants_slug_format CHECK (slug ~ '^[a-z0-9][a-z0-9-]*$'),
    CONSTRAINT tenants_plan_known CHECK (plan IN ('free', 'team', 'business', 'enterprise'))
);

CREATE TABLE users (
    id             UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id      UUID NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
    email          VARCHAR(320) NOT NULL,
    display_name   VARCHAR(120) NOT NULL,
    password_hash  VARCHAR(255),
    avatar_url     TEXT,
    locale         VARCHAR(10) NOT NULL DEFAULT 'en',
    time_zone      VARCHAR(64) NOT NULL DEFAULT 'UTC',
    status         VARCHAR(20) NOT NULL DEFAULT 'invited',
    last_seen_at   TIMESTAMPTZ,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at     TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT users_email_has_at CHECK (position('@' IN email) > 1),
    CONSTRAINT users_status_known CHECK (status IN ('invited', 'active', 'suspended', 'left'))
);

CREATE UNIQUE INDEX users_tenant_email_unique ON users (tenant_id, lower(email));
CREATE INDEX users_active_idx ON users (tenant_id, last_seen_at DESC) WHERE status = 'active';

CREATE TABLE sessions (
    id           UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id      UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    token_hash   BYTEA NOT NULL,
    user_agent   TEXT,
    ip_address   INET,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    expires_at   TIMESTAMPTZ NOT NULL,
    revoked_at   TIMESTAMPTZ,
    CONSTRAINT sessions_token_unique UNIQUE (token_hash),
    CONSTRAINT sessions_expire_later CHECK (expires_at > created_at)
);

CREATE INDEX sessions_open_idx ON sessions (user_id, expires_at) WHERE revoked_at IS NULL;

CREATE OR REPLACE FUNCTION set_updated_at() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    NEW.updated_at := NOW();
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION set_updated_at() IS 'Trigger: stamps updated_at. Shared by every table that has the column.';

CREATE TRIGGER tenants_set_updated_at BEFORE UPDATE ON tenants
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER users_set_updated_at BEFORE UPDATE ON users
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE tenants IS 'One customer. Everything below belongs to exactly one tenant.';
COMMENT ON COLUMN users.password_hash IS 'NULL for people who sign in through an identity provider.';
