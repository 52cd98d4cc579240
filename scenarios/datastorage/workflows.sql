-- A catalog as it stands after 016: two workflows, one of them in two versions,
-- with labels that 020 can read, one it cannot, and embeddings.

INSERT INTO remediation_workflows
    (workflow_name, version, title, description, owner, content, content_sha256, labels, embedding, created_at, updated_at)
VALUES
    ('raise-memory-limit', '1.0.0', 'Raise the memory limit', 'Raises the limit by half.', 'payments',
     'steps: [patch]', repeat('a', 64), '{"severity": "high", "team": "payments"}', NULL,
     '2025-10-01 00:00+00', '2025-10-01 00:00+00'),
    ('raise-memory-limit', '1.1.0', 'Raise the memory limit', 'Raises the limit by half, after a look at the quota.', 'payments',
     'steps: [check, patch]', repeat('b', 64), '{"severity": "critical", "environment": "production", "team": "payments"}',
     array_fill(0.10::real, ARRAY[768])::vector, '2025-10-20 00:00+00', '2025-10-20 00:00+00'),
    ('restart-pod', '0.9.0', 'Restart a pod', 'Deletes the pod and lets its owner make it again.', 'platform',
     'steps: [delete]', repeat('c', 64), '{"severity": "urgent", "priority": "P1"}',
     array_fill(-0.10::real, ARRAY[768])::vector, '2025-10-02 00:00+00', '2025-10-02 00:00+00');
