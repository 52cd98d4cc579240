-- 020: labels with a vocabulary.
--
-- The first half stands on its own: which labels there are and which values
-- they take. The second half gives workflows the labels that every one of them
-- must have, taken from the free-form labels where those can be read.

-- ---------------------------------------------------------------------------
-- The vocabulary
-- ---------------------------------------------------------------------------

CREATE TABLE label_vocabulary (
    label    varchar(50)  NOT NULL,
    value    varchar(100) NOT NULL,
    meaning  text         NOT NULL,
    CONSTRAINT label_vocabulary_pkey PRIMARY KEY (label, value),
    CONSTRAINT label_vocabulary_label CHECK (label ~ '^[a-z]+(_[a-z]+)*$')
);

INSERT INTO label_vocabulary (label, value, meaning) VALUES
    ('severity',    'critical',    'Users are affected now.'),
    ('severity',    'high',        'Users will be affected soon.'),
    ('severity',    'medium',      'A fault without effect on users so far.'),
    ('severity',    'low',         'Worth knowing.'),
    ('environment', 'production',  'Serves users.'),
    ('environment', 'staging',     'As production, without users.'),
    ('environment', 'development', 'Anything goes.'),
    ('environment', '*',           'Every environment.'),
    ('priority',    'P0',          'Drop everything.'),
    ('priority',    'P1',          'Today.'),
    ('priority',    'P2',          'This week.'),
    ('priority',    'P3',          'When there is time.'),
    ('priority',    '*',           'Every priority.');

-- Every label of the object is in the vocabulary, with that value.
CREATE FUNCTION labels_are_known(p_labels jsonb) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (
        SELECT 1
          FROM jsonb_each_text(p_labels) l
         WHERE NOT EXISTS (
             SELECT 1 FROM label_vocabulary v WHERE v.label = l.key AND v.value = l.value));
$$;

GRANT SELECT ON label_vocabulary TO slm_user;

-- ---------------------------------------------------------------------------
-- The labels of workflows
-- ---------------------------------------------------------------------------

ALTER TABLE remediation_workflows
    ADD COLUMN severity      varchar(100) NOT NULL DEFAULT 'medium',
    ADD COLUMN environment   varchar(100) NOT NULL DEFAULT '*',
    ADD COLUMN priority      varchar(100) NOT NULL DEFAULT '*',
    ADD COLUMN custom_labels jsonb        NOT NULL DEFAULT '{}';

UPDATE remediation_workflows w
   SET severity      = coalesce((SELECT value FROM label_vocabulary
                                  WHERE label = 'severity' AND value = w.labels ->> 'severity'), w.severity),
       environment   = coalesce((SELECT value FROM label_vocabulary
                                  WHERE label = 'environment' AND value = w.labels ->> 'environment'), w.environment),
       priority      = coalesce((SELECT value FROM label_vocabulary
                                  WHERE label = 'priority' AND value = w.labels ->> 'priority'), w.priority),
       custom_labels = w.labels - 'severity' - 'environment' - 'priority';

ALTER TABLE remediation_workflows
    ADD CONSTRAINT remediation_workflows_severity CHECK (severity IN ('critical', 'high', 'medium', 'low')),
    ADD CONSTRAINT remediation_workflows_environment
        CHECK (environment IN ('production', 'staging', 'development', '*')),
    ADD CONSTRAINT remediation_workflows_priority CHECK (priority IN ('P0', 'P1', 'P2', 'P3', '*')),
    ADD CONSTRAINT remediation_workflows_custom_labels CHECK (jsonb_typeof(custom_labels) = 'object');

CREATE INDEX idx_remediation_workflows_mandatory_labels
    ON remediation_workflows (severity, environment, priority)
    WHERE status = 'active' AND is_latest;
CREATE INDEX idx_remediation_workflows_custom_labels
    ON remediation_workflows USING gin (custom_labels jsonb_path_ops);

COMMENT ON COLUMN remediation_workflows.labels IS 'As registered; read severity, environment, priority and custom_labels instead.';

CREATE VIEW workflow_catalog AS
SELECT workflow_id, workflow_name, version, title, owner, severity, environment, priority,
       custom_labels, execution_engine, container_image, total_runs, successful_runs
  FROM remediation_workflows
 WHERE status = 'active' AND is_latest;

GRANT SELECT ON workflow_catalog TO slm_user;
