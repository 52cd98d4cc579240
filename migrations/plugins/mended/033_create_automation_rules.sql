-- 033: automation: when something happens to a record, do something; and outgoing webhooks.

CREATE TABLE automation_rules (
    id           UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    sheet_id     UUID NOT NULL REFERENCES sheets(id) ON DELETE CASCADE,
    name         VARCHAR(120) NOT NULL,
    trigger_kind VARCHAR(30) NOT NULL,
    condition    JSONB NOT NULL DEFAULT '{}'::jsonb,
    actions      JSONB NOT NULL DEFAULT '[]'::jsonb,
    is_enabled   BOOLEAN NOT NULL DEFAULT FALSE,
    run_as       UUID REFERENCES users(id) ON DELETE SET NULL,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT automation_rules_trigger_known
        CHECK (trigger_kind IN ('record_created', 'record_updated', 'field_matches', 'schedule', 'form_submitted')),
    CONSTRAINT automation_rules_actions_list CHECK (jsonb_typeof(actions) = 'array' AND jsonb_array_length(actions) <= 25)
);

CREATE TABLE automation_runs (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rule_id      UUID NOT NULL REFERENCES automation_rules(id) ON DELETE CASCADE,
    record_id    UUID REFERENCES records(id) ON DELETE SET NULL,
    state        VARCHAR(20) NOT NULL DEFAULT 'queued',
    attempts     SMALLINT NOT NULL DEFAULT 0,
    error        TEXT,
    queued_at    TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    finished_at  TIMESTAMPTZ,
    CONSTRAINT automation_runs_state_known CHECK (state IN ('queued', 'running', 'done', 'failed', 'given_up'))
);

CREATE INDEX automation_runs_queue_idx ON automation_runs (queued_at) WHERE state IN ('queued', 'failed');
CREATE INDEX automation_runs_rule_idx ON automation_runs (rule_id, queued_at DESC);

CREATE TABLE webhooks (
    id           UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id    UUID NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
    sheet_id     UUID REFERENCES sheets(id) ON DELETE CASCADE,
    url          TEXT NOT NULL,
    secret       BYTEA NOT NULL,
    event_codes  TEXT[] NOT NULL DEFAULT '{}',
    is_enabled   BOOLEAN NOT NULL DEFAULT TRUE,
    failures     INTEGER NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT webhooks_url_is_https CHECK (url ~ '^https://'),
    CONSTRAINT webhooks_secret_length CHECK (octet_length(secret) >= 16)
);

CREATE INDEX webhooks_events_idx ON webhooks USING gin (event_codes);

CREATE TRIGGER automation_rules_set_updated_at BEFORE UPDATE ON automation_rules
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
