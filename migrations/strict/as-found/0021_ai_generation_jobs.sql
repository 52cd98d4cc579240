-- Texts that a model drafts. Waits for the decision about the provider.

CREATE TABLE ai_generation_jobs (
    id            UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    content_id    UUID REFERENCES content (id) ON DELETE CASCADE,
    requested_by  UUID REFERENCES users (id) ON DELETE SET NULL,
    prompt        TEXT NOT NULL,
    result        TEXT,
    status        TEXT NOT NULL DEFAULT 'queued',
    credits_spent INTEGER NOT NULL DEFAULT 0,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
    finished_at   TIMESTAMPTZ,
    CONSTRAINT ai_generation_jobs_status_check CHECK (status IN ('queued', 'running', 'done', 'failed'))
);

-- The account that is charged.
ALTER TABLE ai_generation_jobs
    ADD COLUMN credit_account_id UUID NOT NULL REFERENCES credit_accounts (id);
