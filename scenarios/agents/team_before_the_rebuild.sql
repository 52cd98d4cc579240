-- A project with three agents as 0003 to 0019 know them: tiers from 0, and metadata in use.

INSERT INTO projects (slug, name, root_path) VALUES ('harbour-cranes', 'Harbour cranes', '/srv/harbour-cranes');

INSERT INTO agents (project_id, role, display_name, agent_type, tier, capabilities, file_path, metadata)
SELECT p.id, a.*
FROM projects p
CROSS JOIN (VALUES
    ('crane-planner', 'Crane planner', 'orchestrator', 2, '["plan"]'::jsonb, 'agents/crane-planner.md',
        '{"category": "planning", "generator": "1.3"}'),
    ('load-tester', 'Load tester', 'custom', 1, '["run_tests"]'::jsonb, 'agents/load-tester.md',
        '{"category": "quality", "generator": "1.3"}'),
    ('log-reader', 'Log reader', 'template', 0, '[]'::jsonb, NULL, '{}')
) AS a (role, display_name, agent_type, tier, capabilities, file_path, metadata)
WHERE p.slug = 'harbour-cranes';
