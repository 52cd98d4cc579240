-- 048: the event bus: what kinds of events there are, what happened, who listens, what was delivered.

CREATE TABLE IF NOT EXISTS event_types (
    id               UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    event_name       VARCHAR(255) NOT NULL,
    category         VARCHAR(64) NOT NULL DEFAULT 'domain',
    payload_schema   JSONB,
    schema_version   INTEGER NOT NULL DEFAULT 1,
    retention_days   INTEGER NOT NULL DEFAULT 30,
    is_active        BOOLEAN NOT NULL DEFAULT TRUE,
    created_at       TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT event_types_name_version_unique UNIQUE (event_name, schema_version),
    CONSTRAINT event_types_category_known CHECK (category IN ('domain', 'system', 'plugin', 'workflow')),
    CONSTRAINT event_types_retention_positive CHECK (retention_days > 0)
);

CREATE INDEX IF NOT EXISTS idx_event_types_category ON event_types (category) WHERE is_active;

CREATE TABLE IF NOT EXISTS event_store (
    id               BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id         UUID NOT NULL DEFAULT gen_random_uuid(),
    event_type_id    UUID NOT NULL REFERENCES event_types(id) ON DELETE RESTRICT,
    tenant_id        UUID REFERENCES tenants(id) ON DELETE CASCADE,
    aggregate_kind   VARCHAR(64) NOT NULL,
    aggregate_id     UUID NOT NULL,
    payload          JSONB NOT NULL,
    correlation_id   UUID,
    causation_id     UUID,
    occurred_at      TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT event_store_event_unique UNIQUE (event_id),
    CONSTRAINT event_store_payload_object CHECK (jsonb_typeof(payload) = 'object')
);

CREATE INDEX IF NOT EXISTS idx_event_store_aggregate ON event_store (aggregate_kind, aggregate_id, id);
CREATE INDEX IF NOT EXISTS idx_event_store_correlation ON event_store (correlation_id) WHERE correlation_id IS NOT NULL;

CREATE TABLE IF NOT EXISTS event_subscriptions (
    id               UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    subscriber       VARCHAR(255) NOT NULL,
    event_type_id    UUID NOT NULL REFERENCES event_types(id) ON DELETE CASCADE,
    filter           JSONB,
    last_seen_id     BIGINT NOT NULL DEFAULT 0,
    is_paused        BOOLEAN NOT NULL DEFAULT FALSE,
    created_at       TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT event_subscriptions_unique UNIQUE (subscriber, event_type_id)
);

CREATE TABLE IF NOT EXISTS event_deliveries (
    subscription_id  UUID NOT NULL REFERENCES event_subscriptions(id) ON DELETE CASCADE,
    event_id         UUID NOT NULL REFERENCES event_store(event_id) ON DELETE CASCADE,
    state            VARCHAR(20) NOT NULL DEFAULT 'pending',
    attempts         SMALLINT NOT NULL DEFAULT 0,
    next_attempt_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    last_error       TEXT,
    PRIMARY KEY (subscription_id, event_id),
    CONSTRAINT event_deliveries_state_known CHECK (state IN ('pending', 'delivered', 'failed', 'dead'))
);

CREATE INDEX IF NOT EXISTS idx_event_deliveries_due ON event_deliveries (next_attempt_at) WHERE state IN ('pending', 'failed');

CREATE OR REPLACE FUNCTION publish_event(
    p_name VARCHAR, p_tenant UUID, p_kind VARCHAR, p_aggregate UUID, p_payload JSONB, p_correlation UUID DEFAULT NULL
) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    kind_id UUID;
    published UUID;
BEGIN
    SELECT id INTO kind_id FROM event_types
    WHERE event_name = p_name AND is_active ORDER BY schema_version DESC LIMIT 1;
    IF kind_id IS NULL THEN
        RAISE EXCEPTION 'no active event type %', p_name USING ERRCODE = 'no_data_found';
    END IF;
    INSERT INTO event_store (event_type_id, tenant_id, aggregate_kind, aggregate_id, payload, correlation_id)
    VALUES (kind_id, p_tenant, p_kind, p_aggregate, p_payload, p_correlation)
    RETURNING event_id INTO published;
    INSERT INTO event_deliveries (subscription_id, event_id)
    SELECT s.id, published FROM event_subscriptions s WHERE s.event_type_id = kind_id AND NOT s.is_paused;
    RETURN published;
END;
$$;

INSERT INTO event_types (event_name, category, retention_days) VALUES
    ('record.created',   'domain',   30),
    ('record.updated',   'domain',   30),
    ('record.deleted',   'domain',   90),
    ('approval.decided', 'workflow', 365),
    ('plugin.enabled',   'plugin',   90),
    ('plugin.failed',    'plugin',   90)
ON CONFLICT (event_name, schema_version) DO NOTHING;
