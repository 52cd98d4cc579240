-- 040: imports and exports of whole sheets, done in the background.

CREATE TYPE transfer_direction AS ENUM ('import', 'export');

CREATE TABLE transfer_jobs (
    id             UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id      UUID NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
    sheet_id       UUID REFERENCES sheets(id) ON DELETE SET NULL,
    direction      transfer_direction NOT NULL,
    format         VARCHAR(10) NOT NULL,
    attachment_id  UUID REFERENCES attachments(id) ON DELETE SET NULL,
    mapping        JSONB NOT NULL DEFAULT '{}'::jsonb,
    state          VARCHAR(20) NOT NULL DEFAULT 'waiting',
    rows_total     BIGINT,
    rows_done      BIGINT NOT NULL DEFAULT 0,
    rows_failed    BIGINT NOT NULL DEFAULT 0,
    requested_by   UUID REFERENCES users(id) ON DELETE SET NULL,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    started_at     TIMESTAMPTZ,
    finished_at    TIMESTAMPTZ,
    CONSTRAINT transfer_jobs_format_known CHECK (format IN ('csv', 'xlsx', 'json')),
    CONSTRAINT transfer_jobs_state_known CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    CONSTRAINT transfer_jobs_progress CHECK (rows_total IS NULL OR rows_done + rows_failed <= rows_total),
    CONSTRAINT transfer_jobs_times CHECK (finished_at IS NULL OR finished_at >= started_at)
);

CREATE INDEX transfer_jobs_queue_idx ON transfer_jobs (created_at) WHERE state = 'waiting';

CREATE TABLE transfer_errors (
    job_id      UUID NOT NULL REFERENCES transfer_jobs(id) ON DELETE CASCADE,
    row_number  BIGINT NOT NULL,
    field_key   VARCHAR(40) NOT NULL DEFAULT '',
    message     TEXT NOT NULL,
    raw         JSONB,
    PRIMARY KEY (job_id, row_number, field_key)
);

CREATE OR REPLACE FUNCTION transfer_progress(p_job UUID) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT round(100.0 * (j.rows_done + j.rows_failed) / NULLIF(j.rows_total, 0), 1)
    FROM transfer_jobs j WHERE j.id = p_job;
$$;
