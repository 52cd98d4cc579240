-- Who has how much to do; `apm agents list` reads it.

CREATE VIEW agent_workload AS
SELECT
    a.id AS agent_id,
    a.project_id,
    a.role,
    a.display_name,
    a.tier,
    count(t.id) FILTER (WHERE t.status NOT IN ('done', 'cancelled')) AS open_tasks,
    count(t.id) FILTER (WHERE t.status = 'blocked') AS blocked_tasks,
    coalesce(sum(t.effort_hours) FILTER (WHERE t.status NOT IN ('done', 'cancelled')), 0) AS open_hours
FROM agents a
LEFT JOIN tasks t ON t.assigned_agent_id = a.id
WHERE a.is_active
GROUP BY a.id, a.project_id, a.role, a.display_name, a.tier;

COMMENT ON VIEW agent_workload IS 'Open tasks and hours of each active agent.';
