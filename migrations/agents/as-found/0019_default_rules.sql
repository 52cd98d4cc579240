-- The rules that every project starts with.

INSERT INTO rules (project_id, code, title, body, category, enforcement, settings) VALUES
    (NULL, 'DEV-001', 'Small tasks', 'An implementation task takes half a day at most.',
        'development', 'block', '{"max_hours": 4}'),
    (NULL, 'DEV-002', 'One thing at a time', 'An agent has one task in progress.',
        'development', 'limit', '{"max_in_progress": 1}'),
    (NULL, 'DEV-003', 'No silent failure', 'Errors are handled or passed on, and never swallowed.',
        'development', 'block', '{}'),
    (NULL, 'TST-001', 'Tests come along', 'A work item of kind feature has a task of kind testing.',
        'testing', 'block', '{}'),
    (NULL, 'TST-002', 'Coverage of what changed', 'Lines that changed are covered.',
        'testing', 'limit', '{"min_percent": 90}'),
    (NULL, 'WFL-001', 'Evidence first', 'A work item of kind research ends with at least one source.',
        'workflow', 'limit', '{"min_sources": 1}'),
    (NULL, 'WFL-002', 'Blocked needs a reason', 'A blocked task says what it waits for.',
        'workflow', 'block', '{}'),
    (NULL, 'DOC-001', 'Documents have a place', 'A document lies below docs/.',
        'documentation', 'guide', '{"root": "docs/"}'),
    (NULL, 'SEC-001', 'No secrets', 'No credentials in files, logs or summaries.',
        'security', 'block', '{}');
