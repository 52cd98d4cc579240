-- 008, stub: what the context API reads, without similarity.
--
-- Stands in for the file of the same name where pgvector cannot be had.

ALTER TABLE remediation_audit
    ADD COLUMN cluster_name varchar(100);

COMMENT ON COLUMN remediation_audit.cluster_name IS 'NULL for runs from before clusters were named.';

CREATE INDEX idx_remediation_audit_cluster ON remediation_audit (cluster_name, started_at DESC)
    WHERE cluster_name IS NOT NULL;

CREATE VIEW incident_context AS
SELECT id, remediation_name, namespace, target_kind, target_name, reason, action_type,
       phase, environment, cluster_name, started_at, finished_at,
       finished_at - started_at AS duration
  FROM remediation_audit;

COMMENT ON VIEW incident_context IS 'What the context API reads; the table behind it may grow.';
