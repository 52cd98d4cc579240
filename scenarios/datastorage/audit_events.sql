-- Audit events in the first and the last month that 014 prepared. One of them
-- is sensitive, one points at the event that caused it.

INSERT INTO audit_events
    (event_id, event_date, event_timestamp, event_type, event_category, event_action, event_outcome,
     actor_type, actor_id, resource_type, resource_id, namespace, correlation_id,
     parent_event_id, parent_event_date, duration_ms, event_data, is_sensitive)
VALUES
    ('22222222-2222-4222-8222-000000000001', '2025-11-04', '2025-11-04 09:00+00', 'gateway.signal.received', 'gateway',
     'received', 'success', 'external', 'alertmanager', 'signal', 'PodOOMKilled', 'payments', 'inc-9',
     NULL, NULL, 12, '{"priority": "P0"}', false),
    ('22222222-2222-4222-8222-000000000002', '2025-11-04', '2025-11-04 09:00:05+00', 'analysis.completed', 'analysis',
     'analysed', 'success', 'service', 'ai-analysis', 'remediation', 'checkout-oom-3', 'payments', 'inc-9',
     '22222222-2222-4222-8222-000000000001', '2025-11-04', 4800, '{"model": "granite-8b"}', false),
    ('22222222-2222-4222-8222-000000000003', '2026-02-27', '2026-02-27 23:59:59+00', 'workflow.failed', 'workflow',
     'executed', 'failure', 'service', 'workflow-execution', 'remediation', 'ledger-oom-2', 'payments', 'inc-10',
     NULL, NULL, 61000, '{"exit_code": 1}', false),
    ('22222222-2222-4222-8222-000000000004', '2026-02-27', '2026-02-27 23:59:59+00', 'approval.granted', 'approval',
     'approved', 'success', 'user', 'a.person@example.com', 'remediation', 'ledger-oom-2', 'payments', 'inc-10',
     NULL, NULL, NULL, '{"comment": "went over the quota by hand"}', true);
