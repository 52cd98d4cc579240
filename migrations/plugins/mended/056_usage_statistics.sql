-- 056: what the billing page and the weekly mail show.

CREATE VIEW tenant_usage AS
SELECT t.id AS tenant_id,
       t.plan,
       (SELECT count(*) FROM users u WHERE u.tenant_id = t.id AND u.status = 'active') AS active_users,
       (SELECT count(*) FROM sheets s WHERE s.tenant_id = t.id AND s.deleted_at IS NULL) AS sheets,
       (SELECT COALESCE(sum(s.row_count), 0) FROM sheets s WHERE s.tenant_id = t.id) AS records,
       COALESCE(su.byte_size, 0) AS attachment_bytes
FROM tenants t
LEFT JOIN storage_usage su ON su.tenant_id = t.id;

CREATE MATERIALIZED VIEW weekly_activity AS
SELECT s.tenant_id,
       date_trunc('week', c.changed_at) AS week,
       count(*) AS changes,
       count(DISTINCT c.changed_by) AS people
FROM record_changes c
JOIN sheets s ON s.id = c.sheet_id
GROUP BY s.tenant_id, date_trunc('week', c.changed_at)
WITH DATA;

CREATE UNIQUE INDEX weekly_activity_unique ON weekly_activity (tenant_id, week);

CREATE TABLE plan_limits (
    plan             VARCHAR(20) PRIMARY KEY,
    max_users        INTEGER,
    max_records      BIGINT,
    max_bytes        BIGINT,
    history_days     INTEGER NOT NULL
);

INSERT INTO plan_limits (plan, max_users, max_records, max_bytes, history_days) VALUES
    ('free',          5,     5000,    1073741824,   14),
    ('team',         50,    50000,   21474836480,   90),
    ('business',    500,   500000,  107374182400,  365),
    ('enterprise', NULL,     NULL,          NULL, 3650);

ALTER TABLE tenants ADD CONSTRAINT tenants_plan_fk FOREIGN KEY (plan) REFERENCES plan_limits(plan);
