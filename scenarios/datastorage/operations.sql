-- A small cluster in its first two months of operation. Uses only what
-- 001_initial_schema made, so it fits after any migration from 001 to 012.
-- Every time is fixed, and 31 July is avoided: 001 has no place for it.

INSERT INTO resource_references (id, resource_uid, api_version, kind, namespace, name, first_seen_at, last_seen_at, removed_at)
VALUES
    (101, '11111111-1111-4111-8111-000000000101', 'apps/v1', 'Deployment', 'payments', 'checkout',  '2025-07-01 08:00+00', '2025-08-20 08:00+00', NULL),
    (102, '11111111-1111-4111-8111-000000000102', 'apps/v1', 'Deployment', 'payments', 'ledger',    '2025-07-01 08:00+00', '2025-08-20 08:00+00', NULL),
    (103, '11111111-1111-4111-8111-000000000103', 'v1',      'Pod',        'search',   'indexer-0', '2025-07-05 10:30+00', '2025-07-19 10:30+00', '2025-07-20 00:00+00'),
    (104, '11111111-1111-4111-8111-000000000104', 'v1',      'Node',       NULL,       'node-a',    '2025-07-01 08:00+00', '2025-08-20 08:00+00', NULL);

INSERT INTO action_histories (id, resource_id, keep_days, next_analysis_at)
VALUES
    (201, 101, 90,  '2025-09-01 00:00+00'),
    (202, 102, 90,  NULL),
    (203, 103, 30,  NULL),
    (204, 104, 365, '2025-09-01 00:00+00');

INSERT INTO resource_action_traces
    (id, action_history_id, action_id, correlation_id, action_timestamp, started_at, finished_at,
     alert_name, alert_severity, alert_labels, model_name, model_confidence, model_reasoning,
     action_type, action_parameters, execution_status, execution_error,
     effectiveness_score, effectiveness_method, assessed_at)
VALUES
    (301, 201, 'act-301', 'inc-1', '2025-07-03 09:00+00', '2025-07-03 09:00:02+00', '2025-07-03 09:01+00',
     'PodOOMKilled', 'critical', '{"team": "payments"}', 'granite-8b', 0.910, 'Memory grows until the limit.',
     'increase_limits', '{"memory": "1Gi"}', 'completed', NULL, 0.900, 'automated', '2025-07-03 09:15+00'),
    (302, 201, 'act-302', 'inc-2', '2025-07-12 14:00+00', '2025-07-12 14:00:01+00', '2025-07-12 14:02+00',
     'HighRequestLatency', 'warning', '{"team": "payments"}', 'granite-8b', 0.730, NULL,
     'scale_up', '{"replicas": 4}', 'completed', NULL, NULL, NULL, NULL),
    (303, 201, 'act-303', 'inc-2', '2025-07-12 15:00+00', '2025-07-12 15:00:01+00', '2025-07-12 15:01+00',
     'LowUtilisation', 'info', '{}', 'granite-8b', 0.610, NULL,
     'scale_down', '{"replicas": 2}', 'completed', NULL, 0.300, 'manual', '2025-07-13 08:00+00'),
    (304, 202, 'act-304', NULL, '2025-08-02 03:20+00', '2025-08-02 03:20:05+00', '2025-08-02 03:21+00',
     'PodOOMKilled', 'critical', '{"team": "payments"}', 'granite-8b', 0.880, NULL,
     'increase_limits', '{"memory": "2Gi"}', 'failed', 'quota exceeded', NULL, NULL, NULL),
    (305, 203, 'act-305', 'inc-3', '2025-07-19 10:00+00', NULL, NULL,
     'PodCrashLooping', 'critical', '{"shard": "0"}', 'granite-8b', 0.520, NULL,
     'restart_pod', '{}', 'pending', NULL, NULL, NULL, NULL),
    (306, 204, 'act-306', 'inc-4', '2025-08-15 22:00+00', '2025-08-15 22:00:03+00', '2025-08-15 22:30+00',
     'NodeNotReady', 'critical', '{}', 'granite-8b', 0.990, 'Disk pressure for an hour.',
     'drain_node', '{"grace": 300}', 'completed', NULL, 1.000, 'automated', '2025-08-15 23:00+00');

INSERT INTO oscillation_detections (id, pattern_id, resource_id, detected_at, confidence, action_count, evidence)
SELECT 401, id, 101, '2025-07-12 15:05+00', 0.750, 2, '["act-302", "act-303"]'
  FROM oscillation_patterns
 WHERE pattern_name = 'scale-up-down';
