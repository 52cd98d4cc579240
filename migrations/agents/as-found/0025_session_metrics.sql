-- What a session cost.

CREATE TABLE session_metrics (
    session_id    UUID PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    events        INTEGER NOT NULL DEFAULT 0,
    errors        INTEGER NOT NULL DEFAULT 0,
    decisions     INTEGER NOT NULL DEFAULT 0,
    tokens_read   BIGINT NOT NULL DEFAULT 0,
    tokens_sent   BIGINT NOT NULL DEFAULT 0,
    calculated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT session_metrics_counts_check
        CHECK (events >= 0 AND errors >= 0 AND decisions >= 0 AND errors + decisions <= events),
    CONSTRAINT session_metrics_tokens_check CHECK (tokens_read >= 0 AND tokens_sent >= 0)
);

INSERT INTO session_metrics (session_id, events, errors, decisions)
SELECT s.id,
       count(e.id),
       count(e.id) FILTER (WHERE e.kind = 'error'),
       count(e.id) FILTER (WHERE e.kind = 'decision')
FROM sessions s
LEFT JOIN session_events e ON e.session_id = s.id
GROUP BY s.id;

CREATE FUNCTION calculate_session_metrics(wanted UUID) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO session_metrics (session_id, events, errors, decisions)
    SELECT wanted,
           count(*),
           count(*) FILTER (WHERE kind = 'error'),
           count(*) FILTER (WHERE kind = 'decision')
    FROM session_events
    WHERE session_id = wanted
    ON CONFLICT (session_id) DO UPDATE
    SET events = excluded.events,
        errors = excluded.errors,
        decisions = excluded.decisions,
        calculated_at = now()
$$;
