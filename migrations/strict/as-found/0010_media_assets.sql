-- Files that belong to content.

CREATE TABLE media_assets (
    id         UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    project_id UUID NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    kind       media_kind NOT NULL,
    file_name  TEXT NOT NULL,
    mime_type  TEXT NOT NULL,
    bytes      BIGINT NOT NULL,
    sha256     TEXT NOT NULL,
    alt_text   TEXT NOT NULL DEFAULT '',
    uploaded_by UUID REFERENCES users (id) ON DELETE SET NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT media_assets_sha256_key UNIQUE (project_id, sha256),
    CONSTRAINT media_assets_bytes_check CHECK (bytes > 0),
    CONSTRAINT media_assets_sha256_check CHECK (sha256 ~ '^[0-9a-f]{64}$')
);

CREATE TABLE content_media (
    content_id UUID NOT NULL REFERENCES content (id) ON DELETE CASCADE,
    media_id   UUID NOT NULL REFERENCES media_assets (id) ON DELETE RESTRICT,
    position   INTEGER NOT NULL,
    caption    TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (content_id, position)
);

CREATE INDEX idx_content_media_media ON content_media (media_id);
