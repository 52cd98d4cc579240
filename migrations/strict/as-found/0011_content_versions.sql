-- Every text that was ever saved.

CREATE TABLE content_versions (
    content_id UUID NOT NULL REFERENCES content (id) ON DELETE CASCADE,
    version    INTEGER NOT NULL,
    title      TEXT NOT NULL,
    body       TEXT NOT NULL,
    saved_by   UUID REFERENCES users (id) ON DELETE SET NULL,
    saved_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (content_id, version),
    CONSTRAINT content_versions_version_check CHECK (version > 0)
);

ALTER TABLE content ADD COLUMN kind content_kind NOT NULL DEFAULT 'article';
ALTER TABLE content ADD COLUMN current_version INTEGER NOT NULL DEFAULT 1;

INSERT INTO content_versions (content_id, version, title, body, saved_by, saved_at)
SELECT id, 1, title, body, author_id, updated_at FROM content;

CREATE FUNCTION keep_content_version() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.title IS DISTINCT FROM OLD.title OR NEW.body IS DISTINCT FROM OLD.body THEN
        NEW.current_version := OLD.current_version + 1;
        INSERT INTO content_versions (content_id, version, title, body, saved_by)
        VALUES (NEW.id, NEW.current_version, NEW.title, NEW.body, NEW.author_id);
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER content_keep_version
    BEFORE UPDATE ON content
    FOR EACH ROW EXECUTE FUNCTION keep_content_version();
