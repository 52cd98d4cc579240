-- Who hands work to whom, and who reviews it.

CREATE TABLE agent_relationships (
    agent_id   BIGINT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    related_id BIGINT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    kind       TEXT NOT NULL,
    note       TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (agent_id, related_id, kind),
    CONSTRAINT agent_relationships_kind_check CHECK (kind IN ('delegates_to', 'reports_to', 'reviews')),
    CONSTRAINT agent_relationships_self_check CHECK (agent_id <> related_id)
);

CREATE INDEX idx_agent_relationships_reverse ON agent_relationships (related_id, kind);
