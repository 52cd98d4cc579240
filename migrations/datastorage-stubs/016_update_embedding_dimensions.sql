-- 016, stub: there is no vector whose dimensions could change.
--
-- Stands in for the file of the same name where pgvector cannot be had.

COMMENT ON TABLE remediation_workflows IS
    'Every version of every workflow; content never changes once it is in. Made without pgvector: no embeddings.';
