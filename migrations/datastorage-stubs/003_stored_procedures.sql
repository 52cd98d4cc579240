-- 003: what the operator asks the database before it acts.
--
-- All of these read; only record_oscillation writes.

-- ---------------------------------------------------------------------------
-- Has this workload been scaled back and forth lately?
-- ---------------------------------------------------------------------------

CREATE FUNCTION detect_scale_oscillation(
    p_namespace text,
    p_kind      text,
    p_name      text,
    p_until     timestamptz,
    p_window    interval DEFAULT '2 hours'
) RETURNS TABLE (
    direction_changes integer,
    first_change_at   timestamptz,
    last_change_at    timestamptz,
    mean_score        numeric,
    severity          text
)
LANGUAGE sql STABLE AS $$
    WITH scaled AS (
        SELECT t.action_timestamp,
               t.effectiveness_score,
               t.action_type,
               lag(t.action_type) OVER (ORDER BY t.action_timestamp) AS before
          FROM resource_action_traces t
          JOIN action_histories h ON h.id = t.action_history_id
          JOIN resource_references r ON r.id = h.resource_id
         WHERE r.namespace IS NOT DISTINCT FROM p_namespace
           AND r.kind = p_kind
           AND r.name = p_name
           AND t.action_type IN ('scale_up', 'scale_down')
           AND t.action_timestamp > p_until - p_window
           AND t.action_timestamp <= p_until
    ),
    changes AS (
        SELECT * FROM scaled WHERE before IS NOT NULL AND before <> action_type
    )
    SELECT count(*)::integer,
           min(action_timestamp),
           max(action_timestamp),
           round(avg(effectiveness_score), 3),
           CASE
               WHEN count(*) >= 6 THEN 'critical'
               WHEN count(*) >= 4 THEN 'high'
               WHEN count(*) >= 2 THEN 'medium'
               ELSE 'low'
           END
      FROM changes
    HAVING count(*) > 0;
$$;

COMMENT ON FUNCTION detect_scale_oscillation(text, text, text, timestamptz, interval) IS
    'No row: no change of direction in the window.';

-- ---------------------------------------------------------------------------
-- Does the same action keep failing to help?
-- ---------------------------------------------------------------------------

CREATE FUNCTION detect_ineffective_loop(
    p_history_id  bigint,
    p_until       timestamptz,
    p_window      interval DEFAULT '6 hours',
    p_repetitions integer DEFAULT 3
) RETURNS TABLE (
    action_type text,
    repetitions bigint,
    mean_score  numeric,
    span        interval
)
LANGUAGE sql STABLE AS $$
    SELECT t.action_type,
           count(*),
           round(avg(t.effectiveness_score), 3),
           max(t.action_timestamp) - min(t.action_timestamp)
      FROM resource_action_traces t
      JOIN action_histories h ON h.id = t.action_history_id
     WHERE t.action_history_id = p_history_id
       AND t.action_timestamp > p_until - p_window
       AND t.action_timestamp <= p_until
       AND t.effectiveness_score < h.effectiveness_floor
     GROUP BY t.action_type
    HAVING count(*) >= p_repetitions
     ORDER BY count(*) DESC, t.action_type;
$$;

-- ---------------------------------------------------------------------------
-- Is the operator going in circles across resources of one namespace?
-- ---------------------------------------------------------------------------

CREATE FUNCTION detect_cascade(
    p_namespace   text,
    p_until       timestamptz,
    p_window      interval DEFAULT '30 minutes',
    p_min_targets integer DEFAULT 3
) RETURNS TABLE (
    alert_name text,
    targets    bigint,
    actions    bigint,
    failed     bigint
)
LANGUAGE sql STABLE AS $$
    SELECT t.alert_name,
           count(DISTINCT r.id),
           count(*),
           count(*) FILTER (WHERE t.execution_status = 'failed')
      FROM resource_action_traces t
      JOIN action_histories h ON h.id = t.action_history_id
      JOIN resource_references r ON r.id = h.resource_id
     WHERE r.namespace = p_namespace
       AND t.action_timestamp > p_until - p_window
       AND t.action_timestamp <= p_until
     GROUP BY t.alert_name
    HAVING count(DISTINCT r.id) >= p_min_targets
     ORDER BY count(*) DESC, t.alert_name;
$$;

-- ---------------------------------------------------------------------------
-- The history of one resource, newest first
-- ---------------------------------------------------------------------------

CREATE FUNCTION list_action_traces(
    p_namespace text,
    p_kind      text,
    p_name      text,
    p_limit     integer DEFAULT 50,
    p_offset    integer DEFAULT 0
) RETURNS TABLE (
    action_id           text,
    action_timestamp    timestamptz,
    action_type         text,
    alert_name          text,
    model_name          text,
    model_confidence    numeric,
    execution_status    text,
    effectiveness_score numeric
)
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF p_limit NOT BETWEEN 1 AND 1000 THEN
        RAISE EXCEPTION 'limit must be between 1 and 1000, not %', p_limit
            USING ERRCODE = 'invalid_parameter_value';
    END IF;

    RETURN QUERY
    SELECT t.action_id::text,
           t.action_timestamp,
           t.action_type::text,
           t.alert_name::text,
           t.model_name::text,
           t.model_confidence,
           t.execution_status::text,
           t.effectiveness_score
      FROM resource_action_traces t
      JOIN action_histories h ON h.id = t.action_history_id
      JOIN resource_references r ON r.id = h.resource_id
     WHERE r.namespace IS NOT DISTINCT FROM p_namespace
       AND r.kind = p_kind
       AND r.name = p_name
     ORDER BY t.action_timestamp DESC, t.id DESC
     LIMIT p_limit OFFSET p_offset;
END;
$$;

-- ---------------------------------------------------------------------------
-- How well does one kind of action do?
-- ---------------------------------------------------------------------------

CREATE FUNCTION action_effectiveness(
    p_action_type text,
    p_from        timestamptz,
    p_to          timestamptz
) RETURNS TABLE (
    executions bigint,
    assessed   bigint,
    succeeded  bigint,
    mean_score numeric,
    worst      numeric,
    best       numeric
)
LANGUAGE sql STABLE AS $$
    SELECT count(*),
           count(t.effectiveness_score),
           count(*) FILTER (WHERE t.effectiveness_score >= h.effectiveness_floor),
           round(avg(t.effectiveness_score), 3),
           min(t.effectiveness_score),
           max(t.effectiveness_score)
      FROM resource_action_traces t
      JOIN action_histories h ON h.id = t.action_history_id
     WHERE t.action_type = p_action_type
       AND t.action_timestamp >= p_from
       AND t.action_timestamp < p_to;
$$;

-- ---------------------------------------------------------------------------
-- Writing down what was found
-- ---------------------------------------------------------------------------

CREATE FUNCTION record_oscillation(
    p_pattern_name text,
    p_resource_id  bigint,
    p_confidence   numeric,
    p_action_count integer,
    p_evidence     jsonb DEFAULT '[]'
) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_pattern oscillation_patterns%ROWTYPE;
    v_id      bigint;
BEGIN
    SELECT * INTO v_pattern FROM oscillation_patterns WHERE pattern_name = p_pattern_name AND active;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no active oscillation pattern named "%"', p_pattern_name
            USING ERRCODE = 'no_data_found';
    END IF;

    -- One open detection per pattern and resource is enough.
    SELECT d.id INTO v_id
      FROM oscillation_detections d
     WHERE d.pattern_id = v_pattern.id
       AND d.resource_id = p_resource_id
       AND d.resolved_at IS NULL;

    IF FOUND THEN
        UPDATE oscillation_detections
           SET confidence   = greatest(confidence, p_confidence),
               action_count = greatest(action_count, p_action_count),
               evidence     = evidence || p_evidence
         WHERE id = v_id;
        RETURN v_id;
    END IF;

    INSERT INTO oscillation_detections (pattern_id, resource_id, confidence, action_count, evidence, prevented)
    VALUES (v_pattern.id, p_resource_id, p_confidence, p_action_count, p_evidence,
            v_pattern.prevention IN ('cool-down', 'block'))
    RETURNING id INTO v_id;
    RETURN v_id;
END;
$$;

COMMENT ON FUNCTION record_oscillation(text, bigint, numeric, integer, jsonb) IS
    'Returns the id of the open detection, new or already there.';
