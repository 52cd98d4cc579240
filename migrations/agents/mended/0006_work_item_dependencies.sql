-- Work items wait for one another; a circle would wait for ever.

CREATE TABLE work_item_dependencies (
    work_item_id BIGINT NOT NULL REFERENCES work_items (id) ON DELETE CASCADE,
    depends_on   BIGINT NOT NULL REFERENCES work_items (id) ON DELETE CASCADE,
    kind         TEXT NOT NULL DEFAULT 'hard',
    note         TEXT NOT NULL DEFAULT '',
    created_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (work_item_id, depends_on),
    CONSTRAINT work_item_dependencies_kind_check CHECK (kind IN ('hard', 'soft')),
    CONSTRAINT work_item_dependencies_self_check CHECK (work_item_id <> depends_on)
);

CREATE INDEX idx_work_item_dependencies_reverse ON work_item_dependencies (depends_on);

CREATE FUNCTION refuse_work_item_circle() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        WITH RECURSIVE reached (id) AS (
            SELECT NEW.depends_on
            UNION
            SELECT d.depends_on
            FROM work_item_dependencies d
            JOIN reached r ON d.work_item_id = r.id
        )
        SELECT 1 FROM reached WHERE id = NEW.work_item_id
    ) THEN
        RAISE EXCEPTION 'work item % would wait for itself', NEW.work_item_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER work_item_dependencies_no_circle
    BEFORE INSERT OR UPDATE ON work_item_dependencies
    FOR EACH ROW EXECUTE FUNCTION refuse_work_item_circle();
