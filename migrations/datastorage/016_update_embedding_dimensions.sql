-- 016: the catalog follows the model of 009: 768 dimensions.
--
-- 015 was written before 009 was merged and still had 384.

DROP INDEX idx_remediation_workflows_embedding;

UPDATE remediation_workflows SET embedding = NULL WHERE embedding IS NOT NULL;

ALTER TABLE remediation_workflows ALTER COLUMN embedding TYPE vector(768);

CREATE INDEX idx_remediation_workflows_embedding ON remediation_workflows
    USING hnsw (embedding vector_cosine_ops) WITH (m = 16, ef_construction = 128)
    WHERE status = 'active' AND is_latest;

COMMENT ON COLUMN remediation_workflows.embedding IS '768 dimensions; NULL until computed by the current model.';
