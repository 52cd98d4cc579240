-- When a piece of content goes out, and where.

CREATE TABLE post_schedules (
    id           UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    content_id   UUID NOT NULL REFERENCES content (id) ON DELETE CASCADE,
    platform     TEXT NOT NULL,
    scheduled_at TIMESTAMPTZ NOT NULL,
    timezone     TEXT NOT NULL DEFAULT 'UTC',
    status       TEXT NOT NULL DEFAULT 'pending',
    created_by   UUID REFERENCES users (id) ON DELETE SET NULL,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT post_schedules_status_check CHECK (status IN ('pending', 'posting', 'posted', 'failed', 'cancelled'))
);

CREATE INDEX idx_post_schedules_due ON post_schedules (scheduled_at) WHERE status = 'pending';
