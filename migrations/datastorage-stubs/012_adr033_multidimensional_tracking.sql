-- 012: success is tracked by incident type, by workflow and by action (ADR 033).
--
-- Until now a trace said what was done. It now also says about which type of
-- incident, as which step of which workflow, and who chose the workflow.

ALTER TABLE resource_action_traces
    ADD COLUMN incident_type     varchar(100),
    ADD COLUMN incident_severity varchar(20),
    ADD COLUMN workflow_name     varchar(100),
    ADD COLUMN workflow_version  varchar(20),
    ADD COLUMN workflow_step     integer,
    ADD COLUMN selection         varchar(20) NOT NULL DEFAULT 'catalog';

ALTER TABLE resource_action_traces
    ADD CONSTRAINT resource_action_traces_incident_severity
        CHECK (incident_severity IS NULL OR incident_severity IN ('low', 'medium', 'high', 'critical')),
    ADD CONSTRAINT resource_action_traces_workflow_pair
        CHECK ((workflow_name IS NULL) = (workflow_version IS NULL)),
    ADD CONSTRAINT resource_action_traces_workflow_step
        CHECK (workflow_step IS NULL OR (workflow_step > 0 AND workflow_name IS NOT NULL)),
    ADD CONSTRAINT resource_action_traces_selection
        CHECK (selection IN ('catalog', 'chained', 'manual'));

COMMENT ON COLUMN resource_action_traces.incident_type IS
    'First dimension: kebab-case type of the incident, such as pod-oom-killed.';
COMMENT ON COLUMN resource_action_traces.workflow_name IS
    'Second dimension, with workflow_version: the workflow this action was a step of.';
COMMENT ON COLUMN resource_action_traces.selection IS
    'catalog: picked as it is; chained: composed of several; manual: a person was asked.';

-- Traces from before: the alert's name, CamelCase, turned into an incident type.
UPDATE resource_action_traces
   SET incident_type     = lower(regexp_replace(alert_name, '([a-z0-9])([A-Z])', '\1-\2', 'g')),
       incident_severity = CASE alert_severity
                               WHEN 'critical' THEN 'critical'
                               WHEN 'warning' THEN 'medium'
                               ELSE 'low'
                           END
 WHERE incident_type IS NULL;

CREATE INDEX idx_action_traces_incident
    ON resource_action_traces (incident_type, action_timestamp DESC)
    WHERE incident_type IS NOT NULL;
CREATE INDEX idx_action_traces_workflow
    ON resource_action_traces (workflow_name, workflow_version, action_timestamp DESC)
    WHERE workflow_name IS NOT NULL;
CREATE INDEX idx_action_traces_dimensions
    ON resource_action_traces (incident_type, workflow_name, action_type);
CREATE INDEX idx_action_traces_manual
    ON resource_action_traces (action_timestamp DESC)
    WHERE selection = 'manual';

-- Success along any mix of the three dimensions; NULL means "any".
CREATE FUNCTION success_rate(
    p_incident_type text DEFAULT NULL,
    p_workflow_name text DEFAULT NULL,
    p_action_type   text DEFAULT NULL
) RETURNS TABLE (
    executions   bigint,
    succeeded    bigint,
    failed       bigint,
    success_rate numeric,
    confidence   text
)
LANGUAGE sql STABLE AS $$
    WITH counted AS (
        SELECT count(*) AS executions,
               count(*) FILTER (WHERE execution_status = 'completed') AS succeeded,
               count(*) FILTER (WHERE execution_status IN ('failed', 'rolled-back')) AS failed
          FROM resource_action_traces
         WHERE execution_status IN ('completed', 'failed', 'rolled-back')
           AND (p_incident_type IS NULL OR incident_type = p_incident_type)
           AND (p_workflow_name IS NULL OR workflow_name = p_workflow_name)
           AND (p_action_type IS NULL OR action_type = p_action_type)
    )
    SELECT executions,
           succeeded,
           failed,
           round(succeeded::numeric / nullif(executions, 0), 3),
           CASE
               WHEN executions >= 100 THEN 'high'
               WHEN executions >= 20 THEN 'medium'
               WHEN executions >= 5 THEN 'low'
               ELSE 'insufficient-data'
           END
      FROM counted;
$$;

COMMENT ON FUNCTION success_rate(text, text, text) IS
    'Always one row; success_rate is NULL when nothing has been executed.';

CREATE VIEW success_by_incident_type AS
SELECT incident_type,
       count(*) AS executions,
       count(*) FILTER (WHERE execution_status = 'completed') AS succeeded,
       count(DISTINCT workflow_name) AS workflows,
       count(*) FILTER (WHERE selection = 'manual') AS escalated
  FROM resource_action_traces
 WHERE incident_type IS NOT NULL
   AND execution_status IN ('completed', 'failed', 'rolled-back')
 GROUP BY incident_type;
