-- 011: every change of a record is kept, as the changed keys only.

CREATE TABLE record_changes (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    record_id   UUID NOT NULL,
    sheet_id    UUID NOT NULL REFERENCES sheets(id) ON DELETE CASCADE,
    operation   VARCHAR(10) NOT NULL,
    before      JSONB,
    after       JSONB,
    changed_by  UUID REFERENCES users(id) ON DELETE SET NULL,
    changed_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT record_changes_operation_known CHECK (operation IN ('insert', 'update', 'delete'))
);

CREATE INDEX record_changes_record_idx ON record_changes (record_id, changed_at DESC);
CREATE INDEX record_changes_sheet_idx ON record_changes USING brin (changed_at);

CREATE OR REPLACE FUNCTION jsonb_minus(p_left JSONB, p_right JSONB) RETURNS jsonb
LANGUAGE sql IMMUTABLE AS $$
    SELECT COALESCE(jsonb_object_agg(l.key, l.value), '{}'::jsonb)
    FROM jsonb_each(p_left) l
    WHERE l.value IS DISTINCT FROM p_right -> l.key;
$$;

CREATE OR REPLACE FUNCTION records_keep_history() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO record_changes (record_id, sheet_id, operation, after, changed_by)
        VALUES (NEW.id, NEW.sheet_id, 'insert', NEW.data, NEW.created_by);
    ELSIF TG_OP = 'UPDATE' AND NEW.data IS DISTINCT FROM OLD.data THEN
        INSERT INTO record_changes (record_id, sheet_id, operation, before, after, changed_by)
        VALUES (NEW.id, NEW.sheet_id, 'update',
                jsonb_minus(OLD.data, NEW.data), jsonb_minus(NEW.data, OLD.data), NEW.updated_by);
    ELSIF TG_OP = 'DELETE' AND EXISTS (SELECT 1 FROM sheets WHERE id = OLD.sheet_id) THEN
        INSERT INTO record_changes (record_id, sheet_id, operation, before)
        VALUES (OLD.id, OLD.sheet_id, 'delete', OLD.data);
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER records_history AFTER INSERT OR UPDATE OR DELETE ON records
    FOR EACH ROW EXECUTE FUNCTION records_keep_history();

COMMENT ON COLUMN record_changes.record_id IS 'No foreign key: history outlives the record.';
