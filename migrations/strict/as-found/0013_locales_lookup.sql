-- Languages that content can be translated to.

CREATE TABLE IF NOT EXISTS locales (
    code        TEXT NOT NULL,
    name        TEXT NOT NULL,
    native_name TEXT NOT NULL,
    written_rtl BOOLEAN NOT NULL DEFAULT false,
    CONSTRAINT locales_pkey PRIMARY KEY (code),
    CONSTRAINT locales_code_check CHECK (code ~ '^[a-z]{2}(-[A-Z]{2})?$')
);

INSERT INTO locales (code, name, native_name, written_rtl) VALUES
    ('en', 'English', 'English', false),
    ('de', 'German', 'Deutsch', false),
    ('fr', 'French', 'Français', false),
    ('pt-BR', 'Portuguese (Brazil)', 'Português (Brasil)', false),
    ('ar', 'Arabic', 'العربية', true),
    ('ja', 'Japanese', '日本語', false)
ON CONFLICT (code) DO NOTHING;
