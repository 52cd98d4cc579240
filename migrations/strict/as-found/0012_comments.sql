-- What colleagues say about a draft.

CREATE TABLE comments (
    id          UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    content_id  UUID NOT NULL REFERENCES content (id) ON DELETE CASCADE,
    parent_id   UUID REFERENCES comments (id) ON DELETE CASCADE,
    author_id   UUID REFERENCES users (id) ON DELETE SET NULL,
    body        TEXT NOT NULL,
    resolved_at TIMESTAMPTZ,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT comments_body_check CHECK (length(btrim(body)) > 0)
);

CREATE INDEX idx_comments_content ON comments (content_id, created_at);
CREATE INDEX idx_comments_open ON comments (content_id) WHERE resolved_at IS NULL;
