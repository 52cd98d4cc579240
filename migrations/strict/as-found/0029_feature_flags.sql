-- Switches for the beta.

CREATE TABLE feature_flags (
    name            TEXT PRIMARY KEY,
    enabled         BOOLEAN NOT NULL DEFAULT false,
    organization_id UUID REFERENCES organizations (id) ON DELETE CASCADE,
    settings        JSONB NOT NULL DEFAULT '{}',
    CONSTRAINT feature_flags_name_check CHECK (name ~ '^[a-z][a-z0-9_]*$')
);

INSERT INTO feature_flags (name, enabled) VALUES ('scheduling_v2', true), ('ai_drafts', false);
