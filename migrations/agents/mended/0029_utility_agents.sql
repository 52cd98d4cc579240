-- Five agents that every project can call without setting anything up. The command line finds them
-- by metadata: category, and whether they may write.

INSERT INTO agents (project_id, role, display_name, description, agent_type, tier, instructions, capabilities, metadata) VALUES
    (NULL, 'context-assembler', 'Context assembler',
        'Collects what is known about a task before somebody starts on it.',
        'utility', 1,
        'Read the context of the project, the work item and the task. Report gaps as questions.',
        '["read_context", "read_documents"]',
        '{"category": "knowledge", "writes": false, "budget": 4000}'),
    (NULL, 'rule-checker', 'Rule checker',
        'Holds a change against the rules that are enabled.',
        'utility', 1,
        'List each rule that applies, whether it is kept, and the line that breaks it.',
        '["read_rules", "read_diff"]',
        '{"category": "quality", "writes": false, "budget": 2000}'),
    (NULL, 'evidence-writer', 'Evidence writer',
        'Stores where a claim comes from.',
        'utility', 1,
        'Store one source for each claim, with the shortest excerpt that proves it.',
        '["write_evidence"]',
        '{"category": "knowledge", "writes": true, "budget": 1500}'),
    (NULL, 'workflow-advancer', 'Workflow advancer',
        'Moves work items through their phases when the gate is open.',
        'utility', 2,
        'Check the gate of the phase. Never skip one.',
        '["read_gates", "write_status"]',
        '{"category": "workflow", "writes": true, "budget": 1000}'),
    (NULL, 'database-reader', 'Database reader',
        'Answers questions about the project from the tables, without changing them.',
        'utility', 1,
        'Answer with numbers, and with the query that gave them.',
        '["run_select"]',
        '{"category": "knowledge", "writes": false, "budget": 3000}');

INSERT INTO agent_tools (agent_id, tool_name, preference)
SELECT a.id, t.tool_name, t.preference
FROM agents a
JOIN (VALUES
    ('context-assembler', 'files.read', 1),
    ('context-assembler', 'search', 2),
    ('rule-checker', 'git.diff', 1),
    ('evidence-writer', 'apm.write', 1),
    ('workflow-advancer', 'apm.write', 1),
    ('database-reader', 'psql', 1)
) AS t (role, tool_name, preference) ON t.role = a.role
WHERE a.project_id IS NULL;
