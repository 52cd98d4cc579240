-- 019: workflows are addressed by a UUID; name and version stay unique.
--
-- Runs refer to the UUID from here on. Their name and version remain, as what
-- was asked for at the time.

BEGIN;

ALTER TABLE remediation_workflows ADD COLUMN workflow_id uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE workflow_runs ADD COLUMN workflow_id uuid;

UPDATE workflow_runs r
   SET workflow_id = w.workflow_id
  FROM remediation_workflows w
 WHERE w.workflow_name = r.workflow_name
   AND w.version = r.version;

ALTER TABLE workflow_runs DROP CONSTRAINT workflow_runs_workflow_fkey;
ALTER TABLE remediation_workflows DROP CONSTRAINT remediation_workflows_pkey;

ALTER TABLE remediation_workflows
    ADD CONSTRAINT remediation_workflows_pkey PRIMARY KEY (workflow_id),
    ADD CONSTRAINT remediation_workflows_name_version_key UNIQUE (workflow_name, version);

ALTER TABLE workflow_runs
    ALTER COLUMN workflow_id SET NOT NULL,
    ADD CONSTRAINT workflow_runs_workflow_fkey FOREIGN KEY (workflow_id)
        REFERENCES remediation_workflows (workflow_id);

COMMIT;

CREATE INDEX idx_workflow_runs_workflow_id ON workflow_runs (workflow_id, started_at DESC);

COMMENT ON COLUMN remediation_workflows.workflow_id IS 'What other services store; never reused.';

CREATE OR REPLACE FUNCTION count_workflow_run() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE remediation_workflows
       SET total_runs      = total_runs + 1,
           successful_runs = successful_runs + (NEW.outcome = 'succeeded')::integer
     WHERE workflow_id = NEW.workflow_id;
    RETURN NULL;
END;
$$;

CREATE FUNCTION workflow_id_of(p_workflow_name text, p_version text DEFAULT NULL) RETURNS uuid
LANGUAGE sql STABLE AS $$
    SELECT workflow_id
      FROM remediation_workflows
     WHERE workflow_name = p_workflow_name
       AND CASE WHEN p_version IS NULL THEN is_latest ELSE version = p_version END;
$$;

GRANT EXECUTE ON FUNCTION workflow_id_of(text, text) TO slm_user;
