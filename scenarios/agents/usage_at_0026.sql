-- What the tables of 0021 to 0026 add to the team: phases, tags, time spent, and use that was counted.

INSERT INTO tags (project_id, name) SELECT id, 'safety' FROM projects;

INSERT INTO work_item_tags (work_item_id, tag_id)
SELECT w.id, t.id FROM work_items w JOIN tags t ON t.project_id = w.project_id;

INSERT INTO task_time_entries (task_id, agent_id, started_at, ended_at, note)
SELECT id, assigned_agent_id, '2025-05-02 09:00+00', '2025-05-02 10:30+00', 'first attempt'
FROM tasks
WHERE status = 'in_progress';

UPDATE agents SET times_used = 41, last_used_at = '2025-05-04 12:00+00' WHERE role = 'crane-planner';
