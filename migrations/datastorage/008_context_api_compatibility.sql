-- 008: the context API looks for past remediations that resemble the present one.
--
-- It reads remediation_audit, so that table gets an embedding too.

ALTER TABLE remediation_audit
    ADD COLUMN cluster_name varchar(100),
    ADD COLUMN embedding    vector(384);

COMMENT ON COLUMN remediation_audit.cluster_name IS 'NULL for runs from before clusters were named.';
COMMENT ON COLUMN remediation_audit.embedding IS 'Embedding of signal, target and error; NULL until the context API has computed it.';

CREATE INDEX idx_remediation_audit_cluster ON remediation_audit (cluster_name, started_at DESC)
    WHERE cluster_name IS NOT NULL;
CREATE INDEX idx_remediation_audit_embedding ON remediation_audit
    USING hnsw (embedding vector_cosine_ops);

CREATE FUNCTION find_similar_remediations(
    p_embedding   vector,
    p_environment text DEFAULT NULL,
    p_limit       integer DEFAULT 10
) RETURNS TABLE (
    remediation_name text,
    namespace        text,
    action_type      text,
    phase            text,
    similarity       double precision
)
LANGUAGE sql STABLE AS $$
    SELECT a.remediation_name::text,
           a.namespace::text,
           a.action_type::text,
           a.phase::text,
           1 - (a.embedding <=> p_embedding)
      FROM remediation_audit a
     WHERE a.embedding IS NOT NULL
       AND (p_environment IS NULL OR a.environment = p_environment)
     ORDER BY a.embedding <=> p_embedding
     LIMIT p_limit;
$$;

CREATE VIEW incident_context AS
SELECT id, remediation_name, namespace, target_kind, target_name, reason, action_type,
       phase, environment, cluster_name, started_at, finished_at,
       finished_at - started_at AS duration
  FROM remediation_audit;

COMMENT ON VIEW incident_context IS 'What the context API reads; the table behind it may grow.';
