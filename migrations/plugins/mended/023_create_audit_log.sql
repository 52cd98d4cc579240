-- 023: audit log, one partition per year; what falls outside goes to the default partition.

CREATE TABLE audit_log (
    id           BIGINT GENERATED ALWAYS AS IDENTITY,
    occurred_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    tenant_id    UUID NOT NULL,
    actor_id     UUID,
    actor_kind   VARCHAR(20) NOT NULL DEFAULT 'user',
    action       VARCHAR(64) NOT NULL,
    object_kind  VARCHAR(40) NOT NULL,
    object_id    UUID,
    detail       JSONB NOT NULL DEFAULT '{}'::jsonb,
    ip_address   INET,
    request_id   UUID,
    PRIMARY KEY (occurred_at, id),
    CONSTRAINT audit_log_actor_kind_known CHECK (actor_kind IN ('user', 'api_key', 'system', 'plugin'))
) PARTITION BY RANGE (occurred_at);

CREATE TABLE audit_log_2024 PARTITION OF audit_log FOR VALUES FROM ('2024-01-01 00:00+00') TO ('2025-01-01 00:00+00');
CREATE TABLE audit_log_2025 PARTITION OF audit_log FOR VALUES FROM ('2025-01-01 00:00+00') TO ('2026-01-01 00:00+00');
CREATE TABLE audit_log_2026 PARTITION OF audit_log FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2027-01-01 00:00+00');
CREATE TABLE audit_log_other PARTITION OF audit_log DEFAULT;

CREATE INDEX audit_log_tenant_idx ON audit_log (tenant_id, occurred_at DESC);
CREATE INDEX audit_log_object_idx ON audit_log (object_kind, object_id, occurred_at DESC);

CREATE OR REPLACE FUNCTION audit_log_is_append_only() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'insufficient_privilege';
END;
$$;

CREATE TRIGGER audit_log_append_only BEFORE UPDATE OR DELETE ON audit_log
    FOR EACH ROW EXECUTE FUNCTION audit_log_is_append_only();

CREATE OR REPLACE FUNCTION audit(
    p_tenant UUID, p_actor UUID, p_action VARCHAR, p_object_kind VARCHAR, p_object UUID, p_detail JSONB DEFAULT '{}'
) RETURNS void
LANGUAGE sql AS $$
    INSERT INTO audit_log (tenant_id, actor_id, action, object_kind, object_id, detail)
    VALUES (p_tenant, p_actor, p_action, p_object_kind, p_object, COALESCE(p_detail, '{}'::jsonb));
$$;

CREATE OR REPLACE FUNCTION audit_grants() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    touched sheet_grants%ROWTYPE;
BEGIN
    IF TG_OP = 'DELETE' THEN touched := OLD; ELSE touched := NEW; END IF;
    PERFORM audit(s.tenant_id, touched.granted_by, 'grant.' || lower(TG_OP), 'sheet', s.id,
                  jsonb_build_object('access', touched.access, 'user', touched.user_id,
                                     'department', touched.department_id, 'role', touched.role_id))
    FROM sheets s WHERE s.id = touched.sheet_id;
    RETURN NULL;
END;
$$;

CREATE TRIGGER sheet_grants_audit AFTER INSERT OR UPDATE OR DELETE ON sheet_grants
    FOR EACH ROW EXECUTE FUNCTION audit_grants();

COMMENT ON TABLE audit_log IS 'No foreign keys on purpose: entries outlive what they speak of.';
