-- Runs as 018 knows them: by name and version. 019 gives them the workflow's UUID.

INSERT INTO workflow_runs (id, workflow_name, version, correlation_id, outcome, started_at, finished_at)
VALUES
    (1, 'raise-memory-limit', '1.0.0', 'inc-5', 'succeeded', '2025-10-03 10:00+00', '2025-10-03 10:01+00'),
    (2, 'raise-memory-limit', '1.1.0', 'inc-6', 'succeeded', '2025-10-21 10:00+00', '2025-10-21 10:01+00'),
    (3, 'raise-memory-limit', '1.1.0', 'inc-7', 'failed',    '2025-10-22 10:00+00', '2025-10-22 10:03+00'),
    (4, 'restart-pod',        '0.9.0', 'inc-8', 'running',   '2025-10-23 10:00+00', NULL);
