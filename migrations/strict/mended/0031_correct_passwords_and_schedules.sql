-- DEPENDS: 0030_establish_true_baseline.sql
--
-- Corrects what the baseline found on the live database:
--   1. passwords in plain text, left by an import; their owners choose a new one;
--   2. an index of 0024 that was added to the file after it had been applied;
--   3. posts that are scheduled before they were written.

ALTER TABLE users ADD COLUMN must_reset_password BOOLEAN NOT NULL DEFAULT false;

COMMENT ON COLUMN users.must_reset_password IS 'Has no usable password; the next sign-in asks for a new one.';

UPDATE users
SET must_reset_password = password_hash IS NULL,
    password = NULL
WHERE password IS NOT NULL OR password_hash IS NULL;

ALTER TABLE users ADD CONSTRAINT users_no_plain_password_check CHECK (password IS NULL);

COMMENT ON COLUMN users.password IS 'Never used again; goes with the release after next.';

CREATE INDEX idx_content_metrics_daily_day ON content_metrics_daily (day);

-- Old rows are left as they are: the check holds for what is written from now on.
ALTER TABLE post_schedules
    ADD CONSTRAINT post_schedules_ahead_check CHECK (scheduled_at >= created_at) NOT VALID;
