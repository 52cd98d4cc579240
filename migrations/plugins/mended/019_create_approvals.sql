-- 019: approvals. A definition has steps; an instance walks through them for one record.

CREATE TABLE approval_definitions (
    id          UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    sheet_id    UUID NOT NULL REFERENCES sheets(id) ON DELETE CASCADE,
    name        VARCHAR(120) NOT NULL,
    is_enabled  BOOLEAN NOT NULL DEFAULT TRUE,
    trigger_on  VARCHAR(20) NOT NULL DEFAULT 'manual',
    condition   JSONB,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT approval_definitions_trigger_known CHECK (trigger_on IN ('manual', 'create', 'update')),
    CONSTRAINT approval_definitions_name_unique UNIQUE (sheet_id, name)
);

CREATE TABLE approval_steps (
    id             UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    definition_id  UUID NOT NULL REFERENCES approval_definitions(id) ON DELETE CASCADE,
    step_number    INTEGER NOT NULL,
    mode           VARCHAR(10) NOT NULL DEFAULT 'any',
    approver_kind  VARCHAR(20) NOT NULL,
    approver_id    UUID,
    due_hours      INTEGER,
    CONSTRAINT approval_steps_number_unique UNIQUE (definition_id, step_number),
    CONSTRAINT approval_steps_number_positive CHECK (step_number > 0),
    CONSTRAINT approval_steps_mode_known CHECK (mode IN ('any', 'all')),
    CONSTRAINT approval_steps_approver CHECK (
        (approver_kind IN ('user', 'role', 'department') AND approver_id IS NOT NULL)
        OR (approver_kind = 'department_head' AND approver_id IS NULL)
    )
);

CREATE TABLE approval_instances (
    id             UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    definition_id  UUID NOT NULL REFERENCES approval_definitions(id) ON DELETE RESTRICT,
    record_id      UUID NOT NULL REFERENCES records(id) ON DELETE CASCADE,
    current_step   INTEGER NOT NULL DEFAULT 1,
    state          VARCHAR(20) NOT NULL DEFAULT 'running',
    requested_by   UUID REFERENCES users(id) ON DELETE SET NULL,
    version        INTEGER NOT NULL DEFAULT 0,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    finished_at    TIMESTAMPTZ,
    CONSTRAINT approval_instances_state_known CHECK (state IN ('running', 'approved', 'rejected', 'withdrawn')),
    CONSTRAINT approval_instances_finished CHECK ((state = 'running') = (finished_at IS NULL))
);

CREATE UNIQUE INDEX approval_instances_one_running ON approval_instances (definition_id, record_id) WHERE state = 'running';

CREATE TABLE approval_decisions (
    id           UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    instance_id  UUID NOT NULL REFERENCES approval_instances(id) ON DELETE CASCADE,
    step_number  INTEGER NOT NULL,
    decided_by   UUID NOT NULL REFERENCES users(id) ON DELETE RESTRICT,
    decision     VARCHAR(10) NOT NULL,
    remark       TEXT,
    decided_at   TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT approval_decisions_known CHECK (decision IN ('approve', 'reject', 'return')),
    CONSTRAINT approval_decisions_reject_has_remark CHECK (decision <> 'reject' OR remark IS NOT NULL),
    CONSTRAINT approval_decisions_once UNIQUE (instance_id, step_number, decided_by)
);

CREATE INDEX approval_decisions_person_idx ON approval_decisions (decided_by, decided_at DESC);

CREATE OR REPLACE FUNCTION approval_instances_bump_version() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'running' THEN
        RAISE EXCEPTION 'approval % is finished', OLD.id USING ERRCODE = 'check_violation';
    END IF;
    NEW.version := OLD.version + 1;
    IF NEW.state <> 'running' THEN
        NEW.finished_at := COALESCE(NEW.finished_at, NOW());
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER approval_instances_version BEFORE UPDATE ON approval_instances
    FOR EACH ROW EXECUTE FUNCTION approval_instances_bump_version();
CREATE TRIGGER approval_definitions_set_updated_at BEFORE UPDATE ON approval_definitions
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON COLUMN approval_instances.version IS 'Optimistic locking: an approver sends the version that was on the screen.';
