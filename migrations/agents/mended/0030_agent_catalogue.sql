-- What `apm agents list` prints: shared agents and those of the project, by category.

CREATE FUNCTION agent_setting(metadata TEXT, setting TEXT) RETURNS TEXT
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(nullif(metadata, ''), '{}')::jsonb ->> setting
$$;

CREATE VIEW agent_catalogue AS
SELECT
    a.id,
    a.project_id,
    a.role,
    a.display_name,
    a.agent_type,
    a.tier,
    coalesce(agent_setting(a.metadata, 'category'), 'general') AS category,
    coalesce(agent_setting(a.metadata, 'writes')::boolean, true) AS may_write,
    a.last_used_at,
    a.times_used
FROM agents a
WHERE a.is_active;

COMMENT ON VIEW agent_catalogue IS 'Active agents with what their metadata says.';

CREATE INDEX idx_agents_category ON agents (agent_setting(metadata, 'category')) WHERE is_active;
