-- When an agent was used last, and how often: the roster sorts by it.

ALTER TABLE agents
    ADD COLUMN last_used_at TIMESTAMPTZ,
    ADD COLUMN times_used INTEGER NOT NULL DEFAULT 0,
    ADD CONSTRAINT agents_times_used_check CHECK (times_used >= 0);

UPDATE agents a
SET last_used_at = s.last_started,
    times_used = s.sessions
FROM (
    SELECT agent_id, max(started_at) AS last_started, count(*) AS sessions
    FROM sessions
    WHERE agent_id IS NOT NULL
    GROUP BY agent_id
) s
WHERE s.agent_id = a.id;

CREATE INDEX idx_agents_last_used ON agents (last_used_at DESC NULLS LAST) WHERE is_active;

CREATE FUNCTION count_agent_use() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE agents
    SET last_used_at = greatest(last_used_at, NEW.started_at),
        times_used = times_used + 1
    WHERE id = NEW.agent_id;
    RETURN NULL;
END
$$;

CREATE TRIGGER sessions_count_agent_use
    AFTER INSERT ON sessions
    FOR EACH ROW WHEN (NEW.agent_id IS NOT NULL)
    EXECUTE FUNCTION count_agent_use();
