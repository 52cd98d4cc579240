-- A project at work, as 0020 leaves the tables: tiers from 1, and no column metadata. Agents have
-- tools, tasks, sessions and each other, so that everything that points to an agent is in use.

INSERT INTO projects (slug, name, root_path) VALUES
    ('harbour-cranes', 'Harbour cranes', '/srv/harbour-cranes'),
    ('night-ferry', 'Night ferry', '/srv/night-ferry');

INSERT INTO agents (
    project_id, role, display_name, description, agent_type, tier, instructions, capabilities, is_active, file_path,
    generated_at
)
SELECT p.id, a.role, a.display_name, a.description, a.agent_type, a.tier, a.instructions, a.capabilities,
       a.is_active, a.file_path, a.generated_at
FROM (VALUES
    ('harbour-cranes', 'crane-planner', 'Crane planner', 'Plans the work on the cranes.', 'orchestrator', 3,
        'Split the work. Hand out each part once.', '["plan", "delegate"]'::jsonb, true,
        'agents/crane-planner.md', '2025-03-01 09:00+00'::timestamptz),
    ('harbour-cranes', 'load-tester', 'Load tester', 'Tries what the cranes hold.', 'custom', 2,
        'Start small. Stop at the first crack.', '["run_tests"]'::jsonb, true,
        'agents/load-tester.md', '2025-03-01 09:05+00'::timestamptz),
    ('harbour-cranes', 'log-reader', 'Log reader', '', 'template', 1, '', '[]'::jsonb, false, NULL, NULL),
    ('night-ferry', 'load-tester', 'Ladeprüfer', 'Prüft die Ladung der Fähre.', 'custom', 1,
        E'Zuerst wiegen.\nDann rechnen.', '["run_tests", "read_scale"]'::jsonb, true,
        'agents/ladeprüfer.md', '2025-04-12 20:30+00'::timestamptz)
) AS a (
    slug, role, display_name, description, agent_type, tier, instructions, capabilities, is_active, file_path,
    generated_at
)
JOIN projects p ON p.slug = a.slug;

INSERT INTO agent_tools (agent_id, tool_name, preference, settings)
SELECT id, 'files.read', 1, '{"root": "docs/"}'::jsonb FROM agents WHERE is_active
UNION ALL
SELECT id, 'shell', 2, '{}' FROM agents WHERE role = 'load-tester';

INSERT INTO agent_relationships (agent_id, related_id, kind)
SELECT planner.id, tester.id, 'delegates_to'
FROM agents planner
JOIN agents tester ON tester.project_id = planner.project_id AND tester.role = 'load-tester'
WHERE planner.role = 'crane-planner';

INSERT INTO work_items (project_id, title, kind, status)
SELECT id, 'Raise the limit of crane 4', 'feature', 'active' FROM projects WHERE slug = 'harbour-cranes'
UNION ALL
SELECT id, 'Weigh before boarding', 'bugfix', 'ready' FROM projects WHERE slug = 'night-ferry';

INSERT INTO tasks (work_item_id, assigned_agent_id, title, kind, status, effort_hours)
SELECT w.id, a.id, 'Test with 80 tonnes', 'testing', 'in_progress', 3.5
FROM work_items w JOIN agents a ON a.project_id = w.project_id AND a.role = 'load-tester'
UNION ALL
SELECT w.id, a.id, 'Plan the closing of quay 2', 'design', 'done', 2
FROM work_items w JOIN agents a ON a.project_id = w.project_id AND a.role = 'crane-planner';

INSERT INTO sessions (project_id, agent_id, status, started_at, ended_at)
SELECT a.project_id, a.id, s.status, s.started_at, s.ended_at
FROM (VALUES
    ('crane-planner', 'closed', '2025-05-02 08:00+00'::timestamptz, '2025-05-02 08:45+00'::timestamptz),
    ('load-tester', 'open', '2025-05-03 06:00+00', NULL)
) AS s (role, status, started_at, ended_at)
JOIN agents a ON a.role = s.role;

INSERT INTO evidence_sources (work_item_id, url, excerpt, captured_by)
SELECT w.id, 'https://example.org/crane-4', 'Rated for 90 tonnes.', a.id
FROM work_items w JOIN agents a ON a.project_id = w.project_id AND a.role = 'crane-planner';
