-- 006: the columns of a sheet (fields) and its rows (records, one JSON object each).

CREATE TYPE field_kind AS ENUM (
    'text', 'long_text', 'number', 'currency', 'percent', 'checkbox', 'date', 'date_time',
    'single_select', 'multi_select', 'person', 'department', 'attachment', 'link', 'lookup',
    'rollup', 'formula', 'auto_number', 'created_at', 'created_by'
);

CREATE TABLE fields (
    id           UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    sheet_id     UUID NOT NULL REFERENCES sheets(id) ON DELETE CASCADE,
    key          VARCHAR(40) NOT NULL,
    name         VARCHAR(120) NOT NULL,
    kind         field_kind NOT NULL DEFAULT 'text',
    options      JSONB NOT NULL DEFAULT '{}'::jsonb,
    is_required  BOOLEAN NOT NULL DEFAULT FALSE,
    is_unique    BOOLEAN NOT NULL DEFAULT FALSE,
    is_primary   BOOLEAN NOT NULL DEFAULT FALSE,
    position     NUMERIC(20, 10) NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT fields_key_format CHECK (key ~ '^fld[A-Za-z0-9]{4,37}$'),
    CONSTRAINT fields_sheet_key_unique UNIQUE (sheet_id, key),
    CONSTRAINT fields_options_object CHECK (jsonb_typeof(options) = 'object')
);

CREATE UNIQUE INDEX fields_one_primary ON fields (sheet_id) WHERE is_primary;
CREATE INDEX fields_sheet_idx ON fields (sheet_id, position);

CREATE TABLE records (
    id          UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    sheet_id    UUID NOT NULL REFERENCES sheets(id) ON DELETE CASCADE,
    parent_id   UUID REFERENCES records(id) ON DELETE SET NULL,
    number      BIGINT NOT NULL,
    data        JSONB NOT NULL DEFAULT '{}'::jsonb,
    version     INTEGER NOT NULL DEFAULT 1,
    created_by  UUID REFERENCES users(id) ON DELETE SET NULL,
    updated_by  UUID REFERENCES users(id) ON DELETE SET NULL,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT records_number_unique UNIQUE (sheet_id, number),
    CONSTRAINT records_data_object CHECK (jsonb_typeof(data) = 'object')
);

CREATE INDEX records_data_idx ON records USING gin (data jsonb_path_ops);
CREATE INDEX records_recent_idx ON records (sheet_id, updated_at DESC);
CREATE INDEX records_parent_idx ON records (parent_id) WHERE parent_id IS NOT NULL;

CREATE TABLE sheet_counters (
    sheet_id    UUID PRIMARY KEY REFERENCES sheets(id) ON DELETE CASCADE,
    next_number BIGINT NOT NULL DEFAULT 1
);

-- Numbers are given per sheet and never twice, also when two people add rows at once.
CREATE OR REPLACE FUNCTION records_assign_number() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.number IS NULL THEN
        INSERT INTO sheet_counters AS c (sheet_id, next_number)
        VALUES (NEW.sheet_id, 2)
        ON CONFLICT (sheet_id) DO UPDATE SET next_number = c.next_number + 1
        RETURNING c.next_number - 1 INTO NEW.number;
    END IF;
    RETURN NEW;
END;
$$;

CREATE OR REPLACE FUNCTION records_count_rows() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    UPDATE sheets s
    SET row_count = s.row_count + d.delta, revision = s.revision + 1
    FROM (
        SELECT sheet_id, CASE TG_OP WHEN 'INSERT' THEN count(*) ELSE -count(*) END AS delta
        FROM changed GROUP BY sheet_id
    ) d
    WHERE s.id = d.sheet_id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER records_number BEFORE INSERT ON records
    FOR EACH ROW EXECUTE FUNCTION records_assign_number();
CREATE TRIGGER records_count_insert AFTER INSERT ON records
    REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION records_count_rows();
CREATE TRIGGER records_count_delete AFTER DELETE ON records
    REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION records_count_rows();
CREATE TRIGGER records_set_updated_at BEFORE UPDATE ON records
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
CREATE TRIGGER fields_set_updated_at BEFORE UPDATE ON fields
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON COLUMN records.data IS 'Values by fields.key. Formula, lookup and rollup values are not kept here.';
