-- What a release with pgvector holds after 012: embeddings of 768 dimensions,
-- and rows in the tables of 010.

INSERT INTO action_patterns
    (id, pattern_key, action_type, alert_name, alert_severity, namespace, resource_kind,
     effectiveness, occurrences, context, embedding)
VALUES
    (601, 'oom-increase-limits', 'increase_limits', 'PodOOMKilled', 'critical', 'payments', 'Deployment',
     0.850, 12, '{"cluster": "eu-1"}', array_fill(0.10::real, ARRAY[768])::vector),
    (602, 'latency-scale-up', 'scale_up', 'HighRequestLatency', 'warning', 'payments', 'Deployment',
     0.700, 5, '{"cluster": "eu-1"}', (array_fill(0.05::real, ARRAY[384]) || array_fill(-0.05::real, ARRAY[384]))::vector),
    (603, 'crash-restart', 'restart_pod', 'PodCrashLooping', 'critical', 'search', 'Pod',
     0.400, 3, '{}', NULL);

UPDATE remediation_audit
   SET embedding = array_fill(0.20::real, ARRAY[768])::vector, cluster_name = 'eu-1'
 WHERE id = 501;

INSERT INTO signal_processing_audit
    (id, processing_name, namespace, signal_fingerprint, signal_name, severity, environment, priority, phase, started_at, finished_at)
VALUES
    (701, 'sp-1', 'payments', 'a1b2c3d4e5f60718', 'PodOOMKilled', 'critical', 'production', 'P0', 'completed',
     '2025-08-02 03:19+00', '2025-08-02 03:20+00');

INSERT INTO analysis_audit
    (id, analysis_name, namespace, remediation_id, model_name, prompt_tokens, completion_tokens,
     root_cause, recommendation, confidence, root_cause_vector, started_at, finished_at)
VALUES
    (801, 'an-1', 'payments', 503, 'granite-8b', 1800, 240, 'The quota of the namespace is used up.',
     'Raise the quota before the limits.', 0.870, array_fill(0.30::real, ARRAY[768])::vector,
     '2025-08-02 03:20+00', '2025-08-02 03:20:20+00');

INSERT INTO notification_audit (id, notification_name, namespace, remediation_id, channel, recipient, status, attempts, sent_at)
VALUES (901, 'n-1', 'payments', 503, 'pager', 'payments-on-call', 'acknowledged', 1, '2025-08-02 03:22+00');
