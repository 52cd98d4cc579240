-- 009: a larger embedding model: 768 dimensions instead of 384.
--
-- Old embeddings are of no use to the new model. They are emptied here and
-- computed again by the service after the upgrade.

DROP INDEX idx_action_patterns_embedding;
DROP INDEX idx_remediation_audit_embedding;

UPDATE action_patterns SET embedding = NULL WHERE embedding IS NOT NULL;
UPDATE remediation_audit SET embedding = NULL WHERE embedding IS NOT NULL;

-- A view that reads the column would forbid the change of its type.
DROP VIEW pattern_effectiveness;

ALTER TABLE action_patterns ALTER COLUMN embedding TYPE vector(768);
ALTER TABLE remediation_audit ALTER COLUMN embedding TYPE vector(768);

CREATE VIEW pattern_effectiveness AS
SELECT action_type,
       count(*)                         AS patterns,
       sum(occurrences)                 AS occurrences,
       round(avg(effectiveness), 3)     AS mean_effectiveness,
       count(*) FILTER (WHERE embedding IS NULL) AS without_embedding
  FROM action_patterns
 GROUP BY action_type;

CREATE INDEX idx_action_patterns_embedding ON action_patterns
    USING hnsw (embedding vector_cosine_ops) WITH (m = 16, ef_construction = 128);
CREATE INDEX idx_remediation_audit_embedding ON remediation_audit
    USING hnsw (embedding vector_cosine_ops) WITH (m = 16, ef_construction = 128);

COMMENT ON COLUMN action_patterns.embedding IS '768 dimensions; NULL until computed by the current model.';
COMMENT ON COLUMN remediation_audit.embedding IS '768 dimensions; NULL until computed by the current model.';
