-- What happened in a session, in order. Written often and never changed.

CREATE TABLE session_events (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    session_id   UUID NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    happened_at  TIMESTAMPTZ NOT NULL DEFAULT now(),
    kind         TEXT NOT NULL,
    work_item_id BIGINT REFERENCES work_items (id) ON DELETE SET NULL,
    task_id      BIGINT REFERENCES tasks (id) ON DELETE SET NULL,
    payload      JSONB NOT NULL DEFAULT '{}',
    CONSTRAINT session_events_kind_check
        CHECK (kind IN ('started', 'task_taken', 'task_finished', 'decision', 'question', 'error', 'ended'))
);

CREATE INDEX idx_session_events_session ON session_events (session_id, happened_at);
CREATE INDEX idx_session_events_decisions ON session_events (happened_at) WHERE kind = 'decision';

CREATE FUNCTION refuse_event_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.payload IS DISTINCT FROM OLD.payload OR NEW.kind IS DISTINCT FROM OLD.kind THEN
        RAISE EXCEPTION 'session events are written once'
            USING HINT = 'write another event that says what was wrong with this one';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER session_events_written_once
    BEFORE UPDATE ON session_events
    FOR EACH ROW EXECUTE FUNCTION refuse_event_change();
