-- A work item passes through phases; each has a gate that somebody opens.

CREATE TYPE work_phase AS ENUM ('discovery', 'planning', 'implementation', 'review', 'operations', 'evolution');

ALTER TABLE work_items ADD COLUMN phase work_phase NOT NULL DEFAULT 'discovery';

UPDATE work_items
SET phase = CASE status
    WHEN 'ready' THEN 'planning'::work_phase
    WHEN 'active' THEN 'implementation'
    WHEN 'review' THEN 'review'
    WHEN 'done' THEN 'operations'
    ELSE 'discovery'
END;

CREATE TABLE phase_gates (
    work_item_id BIGINT NOT NULL REFERENCES work_items (id) ON DELETE CASCADE,
    phase        work_phase NOT NULL,
    opened_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
    opened_by    TEXT NOT NULL,
    findings     JSONB NOT NULL DEFAULT '[]',
    PRIMARY KEY (work_item_id, phase),
    CONSTRAINT phase_gates_findings_check CHECK (jsonb_typeof(findings) = 'array')
);

CREATE INDEX idx_work_items_phase ON work_items (project_id, phase)
    WHERE status NOT IN ('done', 'cancelled');

CREATE FUNCTION refuse_phase_jump() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    phases work_phase[] := enum_range(NULL::work_phase);
BEGIN
    IF array_position(phases, NEW.phase) > array_position(phases, OLD.phase) + 1 THEN
        RAISE EXCEPTION 'work item % cannot go from % to %', NEW.id, OLD.phase, NEW.phase
            USING ERRCODE = 'check_violation', HINT = 'open the gates in between first';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER work_items_no_phase_jump
    BEFORE UPDATE OF phase ON work_items
    FOR EACH ROW EXECUTE FUNCTION refuse_phase_jump();
