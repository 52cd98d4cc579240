-- 004: effectiveness is assessed later, when the dust has settled.
--
-- The assessor polls for traces whose time has come.

ALTER TABLE resource_action_traces
    ADD COLUMN effectiveness_assessment_due timestamptz;

COMMENT ON COLUMN resource_action_traces.effectiveness_assessment_due IS
    'When to look whether the action helped; NULL when nothing is to be assessed.';

-- Actions that finished before this file ran are due ten minutes after their end.
UPDATE resource_action_traces
   SET effectiveness_assessment_due = finished_at + interval '10 minutes'
 WHERE execution_status = 'completed'
   AND finished_at IS NOT NULL
   AND effectiveness_score IS NULL;

CREATE INDEX idx_action_traces_assessment_due
    ON resource_action_traces (effectiveness_assessment_due)
    WHERE effectiveness_assessment_due IS NOT NULL AND effectiveness_score IS NULL;

CREATE FUNCTION due_assessments(p_now timestamptz, p_limit integer DEFAULT 100)
RETURNS TABLE (
    action_id        text,
    action_timestamp timestamptz,
    action_type      text,
    overdue          interval
)
LANGUAGE sql STABLE AS $$
    SELECT t.action_id::text, t.action_timestamp, t.action_type::text, p_now - t.effectiveness_assessment_due
      FROM resource_action_traces t
     WHERE t.effectiveness_assessment_due <= p_now
       AND t.effectiveness_score IS NULL
     ORDER BY t.effectiveness_assessment_due
     LIMIT p_limit;
$$;
