-- What `apm status` prints: one row for each project.

CREATE VIEW project_status AS
SELECT
    p.id AS project_id,
    p.slug,
    p.name,
    p.status,
    (SELECT count(*) FROM work_items w
     WHERE w.project_id = p.id AND w.status NOT IN ('done', 'cancelled')) AS open_work_items,
    (SELECT count(*) FROM tasks t JOIN work_items w ON w.id = t.work_item_id
     WHERE w.project_id = p.id AND t.status NOT IN ('done', 'cancelled')) AS open_tasks,
    (SELECT count(*) FROM tasks t JOIN work_items w ON w.id = t.work_item_id
     WHERE w.project_id = p.id AND t.status = 'blocked') AS blocked_tasks,
    (SELECT count(*) FROM agent_catalogue c
     WHERE c.project_id = p.id OR c.project_id IS NULL) AS agents,
    (SELECT max(s.started_at) FROM sessions s WHERE s.project_id = p.id) AS last_session_at
FROM projects p;

COMMENT ON VIEW project_status IS 'Open work, agents and the last session of each project.';

CREATE FUNCTION overdue_work_items(wanted_project BIGINT, at_day DATE DEFAULT current_date)
RETURNS SETOF work_items
LANGUAGE sql STABLE AS $$
    SELECT *
    FROM work_items
    WHERE project_id = wanted_project
      AND due_on < at_day
      AND status NOT IN ('done', 'cancelled')
    ORDER BY due_on, priority
$$;
