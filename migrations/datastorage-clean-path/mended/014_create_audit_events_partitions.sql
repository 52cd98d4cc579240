-- 014: the first four months of audit_events.

CREATE TABLE audit_events_2025_11 PARTITION OF audit_events
    FOR VALUES FROM ('2025-11-01') TO ('2025-12-01');
CREATE TABLE audit_events_2025_12 PARTITION OF audit_events
    FOR VALUES FROM ('2025-12-01') TO ('2026-01-01');
CREATE TABLE audit_events_2026_01 PARTITION OF audit_events
    FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE audit_events_2026_02 PARTITION OF audit_events
    FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');

-- Reading a partition directly would go round the policies of its parent.
ALTER TABLE audit_events_2025_11 ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events_2025_12 ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events_2026_01 ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_events_2026_02 ENABLE ROW LEVEL SECURITY;

CREATE VIEW audit_events_partitions AS
SELECT c.relname::text AS partition_name,
       pg_get_expr(c.relpartbound, c.oid) AS bounds
  FROM pg_inherits i
  JOIN pg_class c ON c.oid = i.inhrelid
 WHERE i.inhparent = 'audit_events'::regclass;

COMMENT ON VIEW audit_events_partitions IS 'The service refuses to start when the current month is not among these.';
