-- 053: a record can be locked while somebody edits it, and for good once it is approved.

CREATE TABLE record_locks (
    record_id   UUID PRIMARY KEY REFERENCES records(id) ON DELETE CASCADE,
    locked_by   UUID REFERENCES users(id) ON DELETE CASCADE,
    reason      VARCHAR(20) NOT NULL DEFAULT 'editing',
    locked_at   TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    expires_at  TIMESTAMPTZ,
    CONSTRAINT record_locks_reason_known CHECK (reason IN ('editing', 'approved')),
    CONSTRAINT record_locks_editing_expires CHECK (reason <> 'editing' OR (expires_at IS NOT NULL AND locked_by IS NOT NULL))
);

CREATE INDEX record_locks_expired_idx ON record_locks (expires_at) WHERE expires_at IS NOT NULL;

CREATE OR REPLACE FUNCTION records_respect_lock() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.data IS DISTINCT FROM OLD.data AND EXISTS (
        SELECT 1 FROM record_locks l
        WHERE l.record_id = OLD.id
          AND (l.expires_at IS NULL OR l.expires_at > NOW())
          AND l.locked_by IS DISTINCT FROM NEW.updated_by
    ) THEN
        RAISE EXCEPTION 'record % is locked', OLD.id USING ERRCODE = 'lock_not_available';
    END IF;
    NEW.version := OLD.version + 1;
    RETURN NEW;
END;
$$;

CREATE TRIGGER records_lock BEFORE UPDATE ON records
    FOR EACH ROW EXECUTE FUNCTION records_respect_lock();

-- Approved records that were there before: locked from now on.
INSERT INTO record_locks (record_id, reason)
SELECT DISTINCT i.record_id, 'approved' FROM approval_instances i WHERE i.state = 'approved'
ON CONFLICT (record_id) DO NOTHING;
