-- Programs that want to be told.

CREATE TABLE webhooks (
    id              UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id UUID NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
    url             TEXT NOT NULL,
    events          TEXT[] NOT NULL,
    signing_secret  BYTEA NOT NULL,
    failures        INTEGER NOT NULL DEFAULT 0,
    disabled_at     TIMESTAMPTZ,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT webhooks_url_check CHECK (url ~ '^https://'),
    CONSTRAINT webhooks_events_check CHECK (cardinality(events) > 0)
);

CREATE INDEX idx_webhooks_events ON webhooks USING gin (events) WHERE disabled_at IS NULL;
