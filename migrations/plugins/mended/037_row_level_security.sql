-- 037: tenants are kept apart by the server too. The application sets app.tenant_id per request.

CREATE OR REPLACE FUNCTION current_tenant() RETURNS uuid
LANGUAGE sql STABLE AS $$
    SELECT NULLIF(current_setting('app.tenant_id', TRUE), '')::uuid;
$$;

ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;
ALTER TABLE sheets ENABLE ROW LEVEL SECURITY;
ALTER TABLE records ENABLE ROW LEVEL SECURITY;
ALTER TABLE attachments ENABLE ROW LEVEL SECURITY;
ALTER TABLE departments ENABLE ROW LEVEL SECURITY;

CREATE POLICY workspaces_of_tenant ON workspaces
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY sheets_of_tenant ON sheets
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY records_of_tenant ON records
    USING (EXISTS (SELECT 1 FROM sheets s WHERE s.id = records.sheet_id AND s.tenant_id = current_tenant()));
CREATE POLICY attachments_of_tenant ON attachments
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());
CREATE POLICY departments_of_tenant ON departments
    USING (tenant_id = current_tenant()) WITH CHECK (tenant_id = current_tenant());

COMMENT ON FUNCTION current_tenant() IS 'NULL outside a request: then no row is visible to anybody but the owner of the tables.';
