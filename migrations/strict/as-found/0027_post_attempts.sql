-- Every try to post, with the answer of the platform.

CREATE TABLE post_attempts (
    schedule_id  UUID NOT NULL REFERENCES post_schedules (id) ON DELETE CASCADE,
    attempt      INTEGER NOT NULL,
    started_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    finished_at  TIMESTAMPTZ,
    http_status  INTEGER,
    error        TEXT,
    external_url TEXT,
    PRIMARY KEY (schedule_id, attempt),
    CONSTRAINT post_attempts_attempt_check CHECK (attempt BETWEEN 1 AND 10),
    CONSTRAINT post_attempts_times_check CHECK (finished_at >= started_at)
);

-- The predicate of the index compares with text, so it goes first and comes back after.
DROP INDEX idx_post_schedules_due;

ALTER TABLE post_schedules
    ALTER COLUMN status DROP DEFAULT,
    DROP CONSTRAINT post_schedules_status_check,
    ALTER COLUMN status TYPE schedule_status USING status::schedule_status,
    ALTER COLUMN status SET DEFAULT 'pending';

CREATE INDEX idx_post_schedules_due ON post_schedules (scheduled_at) WHERE status = 'pending';
