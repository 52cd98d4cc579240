-- Accounts on the platforms, and the secrets to post with (encrypted by the application).

CREATE TABLE social_accounts (
    id              UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    platform_code   TEXT NOT NULL REFERENCES platforms (code),
    handle          TEXT NOT NULL,
    secret          BYTEA NOT NULL,
    expires_at      TIMESTAMPTZ,
    disabled_at     TIMESTAMPTZ,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT social_accounts_handle_key UNIQUE (platform_code, handle)
);

ALTER TABLE post_schedules ADD COLUMN account_id UUID REFERENCES social_accounts (id) ON DELETE CASCADE;

-- The name of the platform was text; it becomes a reference.
UPDATE post_schedules SET platform = lower(platform);
ALTER TABLE post_schedules RENAME COLUMN platform TO platform_code;
ALTER TABLE post_schedules
    ADD CONSTRAINT post_schedules_platform_code_fkey FOREIGN KEY (platform_code) REFERENCES platforms (code);
UPDATE content_metrics SET platform = lower(platform);
ALTER TABLE content_metrics RENAME COLUMN platform TO platform_code;
ALTER TABLE content_metrics
    ADD CONSTRAINT content_metrics_platform_code_fkey FOREIGN KEY (platform_code) REFERENCES platforms (code);

CREATE TRIGGER social_accounts_set_updated_at
    BEFORE UPDATE ON social_accounts
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

CREATE TRIGGER post_schedules_set_updated_at
    BEFORE UPDATE ON post_schedules
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
