-- 043: snapshots of a sheet, to look back and to restore.

CREATE TABLE sheet_snapshots (
    id           UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    sheet_id     UUID NOT NULL REFERENCES sheets(id) ON DELETE CASCADE,
    revision     BIGINT NOT NULL,
    label        VARCHAR(120),
    is_automatic BOOLEAN NOT NULL DEFAULT TRUE,
    created_by   UUID REFERENCES users(id) ON DELETE SET NULL,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT sheet_snapshots_revision_unique UNIQUE (sheet_id, revision)
);

CREATE TABLE sheet_snapshot_records (
    snapshot_id  UUID NOT NULL REFERENCES sheet_snapshots(id) ON DELETE CASCADE,
    record_id    UUID NOT NULL,
    number       BIGINT NOT NULL,
    data         JSONB NOT NULL,
    PRIMARY KEY (snapshot_id, record_id)
);

CREATE OR REPLACE FUNCTION take_snapshot(p_sheet UUID, p_label VARCHAR DEFAULT NULL, p_user UUID DEFAULT NULL) RETURNS uuid
LANGUAGE plpgsql AS $$
DECLARE
    snapshot UUID;
BEGIN
    INSERT INTO sheet_snapshots (sheet_id, revision, label, is_automatic, created_by)
    SELECT s.id, s.revision, p_label, p_label IS NULL, p_user FROM sheets s WHERE s.id = p_sheet
    RETURNING id INTO snapshot;
    IF snapshot IS NULL THEN
        RAISE EXCEPTION 'no sheet %', p_sheet USING ERRCODE = 'no_data_found';
    END IF;
    INSERT INTO sheet_snapshot_records (snapshot_id, record_id, number, data)
    SELECT snapshot, r.id, r.number, r.data FROM records r WHERE r.sheet_id = p_sheet;
    RETURN snapshot;
END;
$$;

CREATE INDEX sheet_snapshots_automatic_idx ON sheet_snapshots (created_at) WHERE is_automatic;

COMMENT ON COLUMN sheet_snapshots.is_automatic IS 'Automatic ones are thinned out after thirty days, labelled ones stay.';
