-- One row for each time that an agent worked.

CREATE TABLE sessions (
    id         UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    project_id BIGINT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    agent_id   BIGINT REFERENCES agents (id) ON DELETE SET NULL,
    provider   TEXT NOT NULL DEFAULT 'local',
    status     TEXT NOT NULL DEFAULT 'open',
    started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    ended_at   TIMESTAMPTZ,
    summary    TEXT,
    CONSTRAINT sessions_status_check CHECK (status IN ('open', 'closed', 'abandoned')),
    CONSTRAINT sessions_times_check CHECK (ended_at >= started_at),
    CONSTRAINT sessions_closed_check CHECK ((status = 'open') = (ended_at IS NULL))
);

CREATE INDEX idx_sessions_project_started ON sessions (project_id, started_at DESC);
CREATE INDEX idx_sessions_agent ON sessions (agent_id) WHERE agent_id IS NOT NULL;
CREATE UNIQUE INDEX idx_sessions_one_open ON sessions (project_id, agent_id) WHERE status = 'open';
