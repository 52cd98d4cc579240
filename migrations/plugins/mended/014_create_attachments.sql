-- 014: files on records; the bytes are in object storage, here is what we know about them.

CREATE TABLE attachments (
    id            UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id     UUID NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
    record_id     UUID REFERENCES records(id) ON DELETE SET NULL,
    field_id      UUID REFERENCES fields(id) ON DELETE SET NULL,
    file_name     VARCHAR(255) NOT NULL,
    media_type    VARCHAR(127) NOT NULL DEFAULT 'application/octet-stream',
    byte_size     BIGINT NOT NULL,
    sha256        BYTEA NOT NULL,
    storage_key   TEXT NOT NULL,
    width         INTEGER,
    height        INTEGER,
    scan_state    VARCHAR(20) NOT NULL DEFAULT 'pending',
    uploaded_by   UUID REFERENCES users(id) ON DELETE SET NULL,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT attachments_size CHECK (byte_size BETWEEN 0 AND 5368709120),
    CONSTRAINT attachments_sha256_length CHECK (octet_length(sha256) = 32),
    CONSTRAINT attachments_storage_key_unique UNIQUE (storage_key),
    CONSTRAINT attachments_scan_state_known CHECK (scan_state IN ('pending', 'clean', 'infected', 'skipped')),
    CONSTRAINT attachments_both_sides CHECK ((width IS NULL) = (height IS NULL))
);

CREATE INDEX attachments_record_idx ON attachments (record_id, field_id);
CREATE INDEX attachments_same_bytes_idx ON attachments (tenant_id, sha256);
CREATE INDEX attachments_to_scan_idx ON attachments (created_at) WHERE scan_state = 'pending';
CREATE INDEX attachments_orphans_idx ON attachments (created_at) WHERE record_id IS NULL;

CREATE TABLE storage_usage (
    tenant_id   UUID PRIMARY KEY REFERENCES tenants(id) ON DELETE CASCADE,
    byte_size   BIGINT NOT NULL DEFAULT 0,
    file_count  BIGINT NOT NULL DEFAULT 0
);

CREATE OR REPLACE FUNCTION attachments_track_usage() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO storage_usage AS u (tenant_id, byte_size, file_count)
        VALUES (NEW.tenant_id, NEW.byte_size, 1)
        ON CONFLICT (tenant_id) DO UPDATE
            SET byte_size = u.byte_size + EXCLUDED.byte_size, file_count = u.file_count + 1;
    ELSE
        UPDATE storage_usage
        SET byte_size = byte_size - OLD.byte_size, file_count = file_count - 1
        WHERE tenant_id = OLD.tenant_id;
    END IF;
    RETURN NULL;
END;
$$;

CREATE TRIGGER attachments_usage AFTER INSERT OR DELETE ON attachments
    FOR EACH ROW EXECUTE FUNCTION attachments_track_usage();
