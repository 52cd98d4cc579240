-- 012: comments on records, with threads, mentions and reactions.

CREATE TABLE comments (
    id          UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    record_id   UUID NOT NULL REFERENCES records(id) ON DELETE CASCADE,
    thread_id   UUID REFERENCES comments(id) ON DELETE CASCADE,
    author_id   UUID REFERENCES users(id) ON DELETE SET NULL,
    body        TEXT NOT NULL,
    resolved_at TIMESTAMPTZ,
    resolved_by UUID REFERENCES users(id) ON DELETE SET NULL,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    deleted_at  TIMESTAMPTZ,
    CONSTRAINT comments_body_length CHECK (char_length(body) BETWEEN 1 AND 10000),
    CONSTRAINT comments_resolved_by_someone CHECK (resolved_by IS NULL OR resolved_at IS NOT NULL)
);

CREATE INDEX comments_record_idx ON comments (record_id, created_at) WHERE deleted_at IS NULL;
CREATE INDEX comments_open_threads_idx ON comments (record_id) WHERE thread_id IS NULL AND resolved_at IS NULL;

CREATE TABLE comment_mentions (
    comment_id UUID NOT NULL REFERENCES comments(id) ON DELETE CASCADE,
    user_id    UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    seen_at    TIMESTAMPTZ,
    PRIMARY KEY (comment_id, user_id)
);

CREATE INDEX comment_mentions_unseen_idx ON comment_mentions (user_id) WHERE seen_at IS NULL;

CREATE TABLE comment_reactions (
    comment_id UUID NOT NULL REFERENCES comments(id) ON DELETE CASCADE,
    user_id    UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    emoji      VARCHAR(32) NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    PRIMARY KEY (comment_id, user_id, emoji)
);

CREATE OR REPLACE FUNCTION comments_check_thread() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    parent comments%ROWTYPE;
BEGIN
    IF NEW.thread_id IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT * INTO parent FROM comments WHERE id = NEW.thread_id;
    IF parent.thread_id IS NOT NULL THEN
        NEW.thread_id := parent.thread_id;      -- replies to replies stay in one thread
    END IF;
    IF parent.record_id <> NEW.record_id THEN
        RAISE EXCEPTION 'a reply belongs to the record of its thread' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER comments_thread BEFORE INSERT ON comments
    FOR EACH ROW EXECUTE FUNCTION comments_check_thread();
CREATE TRIGGER comments_set_updated_at BEFORE UPDATE ON comments
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();
