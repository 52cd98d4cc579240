-- 030: link fields connect records of two sheets; formulas know what they depend on.

CREATE TABLE record_links (
    field_id        UUID NOT NULL REFERENCES fields(id) ON DELETE CASCADE,
    from_record_id  UUID NOT NULL REFERENCES records(id) ON DELETE CASCADE,
    to_record_id    UUID NOT NULL REFERENCES records(id) ON DELETE CASCADE,
    position        INTEGER NOT NULL DEFAULT 0,
    created_at      TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    PRIMARY KEY (field_id, from_record_id, to_record_id)
);

CREATE INDEX record_links_back_idx ON record_links (to_record_id, field_id);

CREATE OR REPLACE FUNCTION record_links_check_field() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    kind_of_field field_kind;
BEGIN
    SELECT f.kind INTO kind_of_field FROM fields f WHERE f.id = NEW.field_id;
    IF kind_of_field IS DISTINCT FROM 'link' THEN
        RAISE EXCEPTION 'field % is of kind %, not link', NEW.field_id, kind_of_field USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END;
$$;

CREATE CONSTRAINT TRIGGER record_links_field AFTER INSERT OR UPDATE ON record_links
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION record_links_check_field();

CREATE TABLE formula_dependencies (
    field_id       UUID NOT NULL REFERENCES fields(id) ON DELETE CASCADE,
    depends_on_id  UUID NOT NULL REFERENCES fields(id) ON DELETE CASCADE,
    PRIMARY KEY (field_id, depends_on_id),
    CONSTRAINT formula_dependencies_not_itself CHECK (field_id <> depends_on_id)
);

CREATE INDEX formula_dependencies_back_idx ON formula_dependencies (depends_on_id);

CREATE TABLE formula_values (
    record_id    UUID NOT NULL REFERENCES records(id) ON DELETE CASCADE,
    field_id     UUID NOT NULL REFERENCES fields(id) ON DELETE CASCADE,
    value        JSONB,
    error        TEXT,
    computed_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    PRIMARY KEY (record_id, field_id),
    CONSTRAINT formula_values_value_or_error CHECK (value IS NULL OR error IS NULL)
);
