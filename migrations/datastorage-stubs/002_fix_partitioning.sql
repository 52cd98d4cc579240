-- 002: every month is a whole month.
--
-- 001 ended each partition on the last day of its month, and the upper bound
-- of a range partition is exclusive: an action on 31 July had nowhere to go.
-- The bounds of a partition cannot be altered, so each one is detached and
-- attached again, rows and all, in one transaction.

BEGIN;

ALTER TABLE resource_action_traces DETACH PARTITION resource_action_traces_2025_07;
ALTER TABLE resource_action_traces DETACH PARTITION resource_action_traces_2025_08;

ALTER TABLE resource_action_traces ATTACH PARTITION resource_action_traces_2025_07
    FOR VALUES FROM ('2025-07-01 00:00:00+00') TO ('2025-08-01 00:00:00+00');
ALTER TABLE resource_action_traces ATTACH PARTITION resource_action_traces_2025_08
    FOR VALUES FROM ('2025-08-01 00:00:00+00') TO ('2025-09-01 00:00:00+00');

COMMIT;

CREATE TABLE resource_action_traces_2025_09 PARTITION OF resource_action_traces
    FOR VALUES FROM ('2025-09-01 00:00:00+00') TO ('2025-10-01 00:00:00+00');
CREATE TABLE resource_action_traces_2025_10 PARTITION OF resource_action_traces
    FOR VALUES FROM ('2025-10-01 00:00:00+00') TO ('2025-11-01 00:00:00+00');
CREATE TABLE resource_action_traces_2025_11 PARTITION OF resource_action_traces
    FOR VALUES FROM ('2025-11-01 00:00:00+00') TO ('2025-12-01 00:00:00+00');
CREATE TABLE resource_action_traces_2025_12 PARTITION OF resource_action_traces
    FOR VALUES FROM ('2025-12-01 00:00:00+00') TO ('2026-01-01 00:00:00+00');

-- Whatever arrives before its month was prepared lands here and is moved later.
CREATE TABLE resource_action_traces_default PARTITION OF resource_action_traces DEFAULT;

-- Makes the partition of one month if it is not there yet, and returns its name.
CREATE FUNCTION ensure_action_trace_partition(p_month date) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_from timestamptz := date_trunc('month', p_month::timestamp) AT TIME ZONE 'UTC';
    v_to   timestamptz := (date_trunc('month', p_month::timestamp) + interval '1 month') AT TIME ZONE 'UTC';
    v_name text := 'resource_action_traces_' || to_char(p_month, 'YYYY_MM');
BEGIN
    IF to_regclass(quote_ident(v_name)) IS NULL THEN
        EXECUTE format(
            'CREATE TABLE %I PARTITION OF resource_action_traces FOR VALUES FROM (%L) TO (%L)',
            v_name, v_from, v_to);
    END IF;
    RETURN v_name;
END;
$$;

COMMENT ON FUNCTION ensure_action_trace_partition(date) IS
    'Called by the maintenance job at the start of each month; safe to call again.';

-- The default partition must stay empty; the service exports this as a gauge.
CREATE VIEW misplaced_action_traces AS
SELECT date_trunc('month', action_timestamp AT TIME ZONE 'UTC')::date AS month,
       count(*) AS traces
  FROM resource_action_traces_default
 GROUP BY 1;
