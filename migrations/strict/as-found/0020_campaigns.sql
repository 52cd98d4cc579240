-- Content that belongs together for some weeks.

CREATE TABLE campaigns (
    id         UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    project_id UUID NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    starts_on  DATE NOT NULL,
    ends_on    DATE,
    goal       TEXT NOT NULL DEFAULT '',
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT campaigns_name_key UNIQUE (project_id, name),
    CONSTRAINT campaigns_dates_check CHECK (ends_on >= starts_on)
);

ALTER TABLE content ADD COLUMN campaign_id UUID REFERENCES campaigns (id) ON DELETE SET NULL;
CREATE INDEX idx_content_campaign ON content (campaign_id) WHERE campaign_id IS NOT NULL;

CREATE TRIGGER campaigns_set_updated_at
    BEFORE UPDATE ON campaigns
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
