-- 009, stub: there is no vector whose dimensions could change.
--
-- Stands in for the file of the same name where pgvector cannot be had. It
-- says so in the database, where somebody will look for the embeddings.

COMMENT ON TABLE action_patterns IS
    'What was done about which alert, folded into one row per pattern. Made without pgvector: no embeddings.';
