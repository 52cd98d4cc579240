-- Translations.

CREATE TABLE content_localisations (
    content_id    UUID NOT NULL REFERENCES content (id) ON DELETE CASCADE,
    locale_code   TEXT NOT NULL REFERENCES locales (code),
    title         TEXT NOT NULL,
    body          TEXT NOT NULL DEFAULT '',
    translated_by UUID REFERENCES users (id) ON DELETE SET NULL,
    reviewed_at   TIMESTAMPTZ,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at    TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (content_id, locale_code)
);

ALTER TABLE users
    ADD CONSTRAINT users_locale_code_fkey FOREIGN KEY (locale_code) REFERENCES locales (code);

CREATE TRIGGER content_localisations_set_updated_at
    BEFORE UPDATE ON content_localisations
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
