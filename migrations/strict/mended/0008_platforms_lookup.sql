-- Where content can be posted.

CREATE TABLE IF NOT EXISTS platforms (
    code          TEXT NOT NULL,
    name          TEXT NOT NULL,
    max_length    INTEGER,
    allows_media  BOOLEAN NOT NULL DEFAULT true,
    retired_at    TIMESTAMPTZ,
    CONSTRAINT platforms_pkey PRIMARY KEY (code),
    CONSTRAINT platforms_code_check CHECK (code ~ '^[a-z][a-z0-9_]*$'),
    CONSTRAINT platforms_max_length_check CHECK (max_length > 0)
);

COMMENT ON COLUMN platforms.max_length IS 'In characters; NULL: no limit.';

INSERT INTO platforms (code, name, max_length, allows_media) VALUES
    ('blog', 'Own blog', NULL, true),
    ('newsletter', 'Newsletter', NULL, true),
    ('mastodon', 'Mastodon', 500, true),
    ('bluesky', 'Bluesky', 300, true),
    ('linkedin', 'LinkedIn', 3000, true),
    ('sms', 'Text message', 160, false)
ON CONFLICT (code) DO NOTHING;
