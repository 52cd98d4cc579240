-- 015, stub: the catalog of remediation workflows, found by label only.
--
-- Stands in for the file of the same name where pgvector cannot be had.

CREATE TABLE remediation_workflows (
    workflow_name     varchar(100) NOT NULL,
    version           varchar(20)  NOT NULL,
    title             varchar(255) NOT NULL,
    description       text         NOT NULL,
    owner             varchar(100) NOT NULL,
    content           text         NOT NULL,
    content_sha256    char(64)     NOT NULL,
    labels            jsonb        NOT NULL DEFAULT '{}',
    status            varchar(20)  NOT NULL DEFAULT 'active',
    status_reason     text,
    is_latest         boolean      NOT NULL DEFAULT true,
    previous_version  varchar(20),
    approved_by       varchar(255),
    approved_at       timestamptz,
    success_threshold numeric(3,2) NOT NULL DEFAULT 0.80,
    created_by        varchar(255) NOT NULL DEFAULT 'system',
    created_at        timestamptz  NOT NULL DEFAULT now(),
    updated_at        timestamptz  NOT NULL DEFAULT now(),
    CONSTRAINT remediation_workflows_pkey PRIMARY KEY (workflow_name, version),
    CONSTRAINT remediation_workflows_name CHECK (workflow_name ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
    CONSTRAINT remediation_workflows_version CHECK (version ~ '^v?[0-9]+\.[0-9]+\.[0-9]+$'),
    CONSTRAINT remediation_workflows_sha256 CHECK (content_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT remediation_workflows_labels CHECK (jsonb_typeof(labels) = 'object'),
    CONSTRAINT remediation_workflows_status CHECK (status IN ('active', 'disabled', 'deprecated', 'archived')),
    CONSTRAINT remediation_workflows_status_reason CHECK (status = 'active' OR status_reason IS NOT NULL),
    CONSTRAINT remediation_workflows_threshold CHECK (success_threshold BETWEEN 0 AND 1)
);

CREATE UNIQUE INDEX idx_remediation_workflows_latest ON remediation_workflows (workflow_name)
    WHERE is_latest;
CREATE INDEX idx_remediation_workflows_status ON remediation_workflows (status, created_at DESC);
CREATE INDEX idx_remediation_workflows_labels ON remediation_workflows USING gin (labels);

COMMENT ON TABLE remediation_workflows IS 'Every version of every workflow; content never changes once it is in.';

CREATE TRIGGER remediation_workflows_touch
    BEFORE UPDATE OF status, status_reason, is_latest, approved_by, success_threshold
    ON remediation_workflows
    FOR EACH ROW EXECUTE FUNCTION touch_updated_at();

CREATE FUNCTION refuse_workflow_content_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.content IS DISTINCT FROM OLD.content
       OR NEW.content_sha256 IS DISTINCT FROM OLD.content_sha256 THEN
        RAISE EXCEPTION 'workflow % % is immutable: register a new version', OLD.workflow_name, OLD.version
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER remediation_workflows_immutable
    BEFORE UPDATE OF content, content_sha256 ON remediation_workflows
    FOR EACH ROW EXECUTE FUNCTION refuse_workflow_content_change();

-- A new version takes over from the one before.
CREATE FUNCTION retire_previous_latest() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_latest THEN
        UPDATE remediation_workflows
           SET is_latest = false
         WHERE workflow_name = NEW.workflow_name
           AND version <> NEW.version
           AND is_latest;
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER remediation_workflows_one_latest
    BEFORE INSERT ON remediation_workflows
    FOR EACH ROW EXECUTE FUNCTION retire_previous_latest();

GRANT SELECT, INSERT, UPDATE ON remediation_workflows TO slm_user;
