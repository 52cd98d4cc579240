-- 013: one audit trail for all services.
--
-- Written by the role slm_user, which the deployment creates before migrations
-- run. Append-only: rows leave by dropping a partition, never by DELETE. The
-- partitions come in 014.

CREATE TABLE audit_events (
    event_id          uuid         NOT NULL DEFAULT gen_random_uuid(),
    event_date        date         NOT NULL,
    event_timestamp   timestamptz  NOT NULL,
    event_version     varchar(10)  NOT NULL DEFAULT '1.0',
    event_type        varchar(100) NOT NULL,
    event_category    varchar(50)  NOT NULL,
    event_action      varchar(50)  NOT NULL,
    event_outcome     varchar(20)  NOT NULL,
    actor_type        varchar(20)  NOT NULL,
    actor_id          varchar(255) NOT NULL,
    actor_address     inet,
    resource_type     varchar(100) NOT NULL,
    resource_id       varchar(255) NOT NULL,
    namespace         varchar(63),
    cluster_name      varchar(100),
    correlation_id    varchar(255) NOT NULL,
    parent_event_id   uuid,
    parent_event_date date,
    severity          varchar(20),
    duration_ms       integer,
    error_code        varchar(50),
    error_message     text,
    event_data        jsonb        NOT NULL DEFAULT '{}',
    is_sensitive      boolean      NOT NULL DEFAULT false,
    retention_days    integer      NOT NULL DEFAULT 2555,
    CONSTRAINT audit_events_pkey PRIMARY KEY (event_id, event_date),
    CONSTRAINT audit_events_parent_fkey FOREIGN KEY (parent_event_id, parent_event_date)
        REFERENCES audit_events (event_id, event_date),
    CONSTRAINT audit_events_parent_whole CHECK ((parent_event_id IS NULL) = (parent_event_date IS NULL)),
    CONSTRAINT audit_events_date_of_timestamp CHECK (event_date = (event_timestamp AT TIME ZONE 'UTC')::date),
    CONSTRAINT audit_events_outcome CHECK (event_outcome IN ('success', 'failure', 'pending')),
    CONSTRAINT audit_events_actor_type CHECK (actor_type IN ('service', 'user', 'external')),
    CONSTRAINT audit_events_duration CHECK (duration_ms IS NULL OR duration_ms >= 0),
    CONSTRAINT audit_events_retention CHECK (retention_days BETWEEN 1 AND 3650),
    CONSTRAINT audit_events_data_object CHECK (jsonb_typeof(event_data) = 'object')
) PARTITION BY RANGE (event_date);

CREATE INDEX idx_audit_events_time ON audit_events (event_timestamp DESC);
CREATE INDEX idx_audit_events_correlation ON audit_events (correlation_id, event_timestamp);
CREATE INDEX idx_audit_events_resource ON audit_events (resource_type, resource_id, event_timestamp DESC);
CREATE INDEX idx_audit_events_type ON audit_events (event_type, event_timestamp DESC);
CREATE INDEX idx_audit_events_actor ON audit_events (actor_type, actor_id, event_timestamp DESC);
CREATE INDEX idx_audit_events_parent ON audit_events (parent_event_id, parent_event_date)
    WHERE parent_event_id IS NOT NULL;
CREATE INDEX idx_audit_events_failures ON audit_events (event_timestamp DESC)
    WHERE event_outcome = 'failure';
CREATE INDEX idx_audit_events_data ON audit_events USING gin (event_data jsonb_path_ops);

COMMENT ON TABLE audit_events IS 'Append-only audit trail, one partition per month, kept seven years unless a row says otherwise.';
COMMENT ON COLUMN audit_events.event_date IS 'The UTC date of event_timestamp; the partition key, so the writer sets it.';
COMMENT ON COLUMN audit_events.is_sensitive IS 'Not shown to services; see the policy audit_events_read.';

-- Append-only, also for the owner.
CREATE FUNCTION refuse_audit_change() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_events is append-only: % refused', TG_OP
        USING ERRCODE = 'insufficient_privilege',
              HINT = 'drop a partition to end the retention of its month';
END;
$$;

CREATE TRIGGER audit_events_append_only
    BEFORE UPDATE OR DELETE ON audit_events
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();

-- Services write everything and read what is not sensitive.
ALTER TABLE audit_events ENABLE ROW LEVEL SECURITY;

CREATE POLICY audit_events_write ON audit_events
    FOR INSERT TO slm_user WITH CHECK (true);
CREATE POLICY audit_events_read ON audit_events
    FOR SELECT TO slm_user
    USING (NOT is_sensitive OR current_setting('datastorage.read_sensitive', true) = 'on');

GRANT SELECT, INSERT ON audit_events TO slm_user;
GRANT SELECT, INSERT, UPDATE ON remediation_audit TO slm_user;

CREATE FUNCTION correlated_events(p_correlation_id text)
RETURNS TABLE (event_timestamp timestamptz, event_type text, event_action text, event_outcome text, actor_id text)
LANGUAGE sql STABLE AS $$
    SELECT e.event_timestamp, e.event_type::text, e.event_action::text, e.event_outcome::text, e.actor_id::text
      FROM audit_events e
     WHERE e.correlation_id = p_correlation_id
     ORDER BY e.event_timestamp, e.event_id;
$$;

GRANT EXECUTE ON FUNCTION correlated_events(text) TO slm_user;
