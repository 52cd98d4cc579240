-- Remediation runs as the first release wrote them: no fingerprint yet. Fits
-- after any migration from 001 to 009; 010 makes fingerprints for these rows.

INSERT INTO remediation_audit
    (id, remediation_name, namespace, target_kind, target_name, reason, action_type, phase,
     environment, started_at, finished_at, error_message, details)
VALUES
    (501, 'checkout-oom-1', 'payments', 'Deployment', 'checkout', 'PodOOMKilled', 'increase_limits', 'completed',
     'production', '2025-07-03 09:00+00', '2025-07-03 09:01+00', NULL, '{"memory": "1Gi"}'),
    (502, 'checkout-oom-2', 'payments', 'Deployment', 'checkout', 'PodOOMKilled', 'increase_limits', 'completed',
     'production', '2025-07-28 11:00+00', '2025-07-28 11:02+00', NULL, '{"memory": "2Gi"}'),
    (503, 'ledger-oom-1', 'payments', 'Deployment', 'ledger', 'PodOOMKilled', 'increase_limits', 'failed',
     'production', '2025-08-02 03:20+00', '2025-08-02 03:21+00', 'quota exceeded', '{}'),
    (504, 'indexer-restart-1', 'search', 'Pod', 'indexer-0', 'PodCrashLooping', 'restart_pod', 'executing',
     'staging', '2025-07-19 10:00+00', NULL, NULL, '{}');
