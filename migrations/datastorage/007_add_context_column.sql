-- 007: where a pattern was seen: cluster, namespace labels, owner.

ALTER TABLE action_patterns
    ADD COLUMN context jsonb NOT NULL DEFAULT '{}';

ALTER TABLE action_patterns
    ADD CONSTRAINT action_patterns_context_object CHECK (jsonb_typeof(context) = 'object');

CREATE INDEX idx_action_patterns_context ON action_patterns USING gin (context jsonb_path_ops);

COMMENT ON COLUMN action_patterns.context IS
    'Free-form context of the pattern, such as {"cluster": "eu-1", "owner": "payments"}.';

CREATE FUNCTION patterns_in_context(p_context jsonb) RETURNS SETOF action_patterns
LANGUAGE sql STABLE AS $$
    SELECT * FROM action_patterns WHERE context @> p_context ORDER BY effectiveness DESC, pattern_key;
$$;
