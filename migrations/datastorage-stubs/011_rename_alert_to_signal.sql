-- 011: alerts are one kind of signal; the write API says "signal" throughout.
--
-- Columns are renamed in place, so no row changes. Names of indexes and
-- constraints follow. The function's parameter has the old name too, and a
-- parameter cannot be renamed: the function is made anew.

ALTER TABLE remediation_audit RENAME COLUMN alert_fingerprint TO signal_fingerprint;
ALTER TABLE remediation_audit
    RENAME CONSTRAINT remediation_audit_alert_fingerprint_hex TO remediation_audit_signal_fingerprint_hex;
ALTER INDEX idx_remediation_audit_alert_fingerprint RENAME TO idx_remediation_audit_signal_fingerprint;
COMMENT ON COLUMN remediation_audit.signal_fingerprint IS 'Fingerprint of the signal that started this run.';

ALTER TABLE signal_processing_audit RENAME COLUMN alert_fingerprint TO signal_fingerprint;
ALTER TABLE signal_processing_audit RENAME COLUMN alert_name TO signal_name;
ALTER INDEX idx_signal_processing_audit_alert_fingerprint RENAME TO idx_signal_processing_audit_signal_fingerprint;
COMMENT ON TABLE signal_processing_audit IS 'One row per signal that was enriched and classified.';

ALTER TABLE signal_processing_audit
    ADD COLUMN signal_type varchar(30) NOT NULL DEFAULT 'prometheus-alert',
    ADD CONSTRAINT signal_processing_audit_signal_type
        CHECK (signal_type IN ('prometheus-alert', 'kubernetes-event', 'webhook'));

DROP FUNCTION remediations_of_alert(text);

CREATE FUNCTION remediations_of_signal(p_signal_fingerprint text)
RETURNS TABLE (runs bigint, completed bigint, failed bigint, last_started_at timestamptz)
LANGUAGE sql STABLE AS $$
    SELECT count(*),
           count(*) FILTER (WHERE phase = 'completed'),
           count(*) FILTER (WHERE phase = 'failed'),
           max(started_at)
      FROM remediation_audit
     WHERE signal_fingerprint = p_signal_fingerprint;
$$;
