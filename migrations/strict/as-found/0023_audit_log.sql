-- Who did what.

CREATE TABLE audit_log (
    id              BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id UUID REFERENCES organizations (id) ON DELETE SET NULL,
    actor_id        UUID REFERENCES users (id) ON DELETE SET NULL,
    action          TEXT NOT NULL,
    entity          TEXT NOT NULL,
    entity_id       TEXT NOT NULL,
    details         JSONB NOT NULL DEFAULT '{}',
    happened_at     TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_audit_log_entity ON audit_log (entity, entity_id, happened_at DESC);
CREATE INDEX idx_audit_log_happened ON audit_log USING brin (happened_at);
