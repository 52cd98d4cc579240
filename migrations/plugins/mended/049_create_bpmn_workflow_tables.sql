-- 049: workflows drawn as BPMN diagrams: deployed definitions, running instances, their tasks and timers.
--
-- 2025-09: uuid_generate_v4() replaced by gen_random_uuid(), which every supported server has built in.

CREATE TABLE IF NOT EXISTS bpmn_process_definitions (
    id            UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id     UUID NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
    process_key   VARCHAR(255) NOT NULL,
    version       INTEGER NOT NULL DEFAULT 1,
    name          VARCHAR(255) NOT NULL,
    diagram       XML NOT NULL,
    is_executable BOOLEAN NOT NULL DEFAULT TRUE,
    deployed_by   UUID REFERENCES users(id) ON DELETE SET NULL,
    deployed_at   TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT bpmn_process_definitions_version_unique UNIQUE (tenant_id, process_key, version),
    CONSTRAINT bpmn_process_definitions_version_positive CHECK (version > 0)
);

CREATE TABLE IF NOT EXISTS bpmn_process_instances (
    id              UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    definition_id   UUID NOT NULL REFERENCES bpmn_process_definitions(id) ON DELETE RESTRICT,
    business_key    VARCHAR(255),
    approval_id     UUID REFERENCES approval_instances(id) ON DELETE SET NULL,
    record_id       UUID REFERENCES records(id) ON DELETE SET NULL,
    variables       JSONB NOT NULL DEFAULT '{}'::jsonb,
    state           VARCHAR(20) NOT NULL DEFAULT 'active',
    started_by      UUID REFERENCES users(id) ON DELETE SET NULL,
    started_at      TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    ended_at        TIMESTAMPTZ,
    CONSTRAINT bpmn_process_instances_state_known
        CHECK (state IN ('active', 'suspended', 'completed', 'terminated', 'incident')),
    CONSTRAINT bpmn_process_instances_ended CHECK ((ended_at IS NULL) = (state NOT IN ('completed', 'terminated')))
);

CREATE INDEX IF NOT EXISTS idx_bpmn_process_instances_open
    ON bpmn_process_instances (definition_id, started_at) WHERE ended_at IS NULL;
CREATE INDEX IF NOT EXISTS idx_bpmn_process_instances_variables
    ON bpmn_process_instances USING gin (variables jsonb_path_ops);

CREATE TABLE IF NOT EXISTS bpmn_activities (
    id             UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    instance_id    UUID NOT NULL REFERENCES bpmn_process_instances(id) ON DELETE CASCADE,
    activity_key   VARCHAR(255) NOT NULL,
    activity_type  VARCHAR(64) NOT NULL,
    state          VARCHAR(20) NOT NULL DEFAULT 'active',
    entered_at     TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    left_at        TIMESTAMPTZ,
    error          JSONB,
    CONSTRAINT bpmn_activities_state_known CHECK (state IN ('active', 'completed', 'cancelled', 'failed'))
);

CREATE INDEX IF NOT EXISTS idx_bpmn_activities_instance ON bpmn_activities (instance_id, entered_at);

CREATE TABLE IF NOT EXISTS bpmn_user_tasks (
    id             UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    activity_id    UUID NOT NULL REFERENCES bpmn_activities(id) ON DELETE CASCADE,
    name           VARCHAR(255) NOT NULL,
    assignee_id    UUID REFERENCES users(id) ON DELETE SET NULL,
    department_id  UUID REFERENCES departments(id) ON DELETE SET NULL,
    priority       SMALLINT NOT NULL DEFAULT 50,
    due_at         TIMESTAMPTZ,
    form           JSONB NOT NULL DEFAULT '{}'::jsonb,
    completed_at   TIMESTAMPTZ,
    CONSTRAINT bpmn_user_tasks_priority_range CHECK (priority BETWEEN 0 AND 100)
);

CREATE INDEX IF NOT EXISTS idx_bpmn_user_tasks_inbox
    ON bpmn_user_tasks (assignee_id, priority DESC, due_at) WHERE completed_at IS NULL;

CREATE TABLE IF NOT EXISTS bpmn_timers (
    id            UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    instance_id   UUID NOT NULL REFERENCES bpmn_process_instances(id) ON DELETE CASCADE,
    activity_key  VARCHAR(255) NOT NULL,
    fires_at      TIMESTAMPTZ NOT NULL,
    repeat_every  INTERVAL,
    fired_at      TIMESTAMPTZ,
    CONSTRAINT bpmn_timers_repeat_positive CHECK (repeat_every IS NULL OR repeat_every > INTERVAL '0')
);

CREATE INDEX IF NOT EXISTS idx_bpmn_timers_due ON bpmn_timers (fires_at) WHERE fired_at IS NULL;

CREATE OR REPLACE FUNCTION bpmn_close_activities() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE bpmn_activities
    SET state = CASE NEW.state WHEN 'completed' THEN 'completed' ELSE 'cancelled' END, left_at = NOW()
    WHERE instance_id = NEW.id AND state = 'active';
    DELETE FROM bpmn_timers WHERE instance_id = NEW.id AND fired_at IS NULL;
    RETURN NULL;
END;
$$;

DROP TRIGGER IF EXISTS bpmn_process_instances_close ON bpmn_process_instances;
CREATE TRIGGER bpmn_process_instances_close AFTER UPDATE OF state ON bpmn_process_instances
    FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL AND OLD.ended_at IS NULL)
    EXECUTE FUNCTION bpmn_close_activities();

COMMENT ON TABLE bpmn_user_tasks IS 'What people see in their inbox next to approvals.';
