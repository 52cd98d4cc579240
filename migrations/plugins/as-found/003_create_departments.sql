-- 003: the tree of departments and its members.

CREATE TABLE departments (
    id          UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id   UUID NOT NULL REFERENCES tenants(id) ON DELETE CASCADE,
    parent_id   UUID REFERENCES departments(id) ON DELETE RESTRICT,
    name        VARCHAR(120) NOT NULL,
    code        VARCHAR(32),
    sort_order  INTEGER NOT NULL DEFAULT 0,
    head_id     UUID REFERENCES users(id) ON DELETE SET NULL,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT departments_not_own_parent CHECK (parent_id IS DISTINCT FROM id)
);

CREATE UNIQUE INDEX departments_code_unique ON departments (tenant_id, code) WHERE code IS NOT NULL;
CREATE INDEX departments_parent_idx ON departments (parent_id, sort_order);

CREATE TABLE department_members (
    department_id UUID NOT NULL REFERENCES departments(id) ON DELETE CASCADE,
    user_id       UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    title         VARCHAR(120),
    is_primary    BOOLEAN NOT NULL DEFAULT TRUE,
    joined_at     TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    PRIMARY KEY (department_id, user_id)
);

CREATE UNIQUE INDEX department_members_one_primary ON department_members (user_id) WHERE is_primary;

CREATE OR REPLACE FUNCTION department_ancestors(p_department UUID)
RETURNS TABLE (department_id UUID, depth INTEGER)
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE up AS (
        SELECT d.id, d.parent_id, 0 AS depth FROM departments d WHERE d.id = p_department
        UNION ALL
        SELECT d.id, d.parent_id, up.depth + 1
        FROM departments d JOIN up ON d.id = up.parent_id
        WHERE up.depth < 64
    )
    SELECT id, depth FROM up;
$$;

CREATE OR REPLACE FUNCTION departments_refuse_cycle() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.parent_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM department_ancestors(NEW.parent_id) a WHERE a.department_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'department % would become its own ancestor', NEW.id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER departments_no_cycle BEFORE INSERT OR UPDATE OF parent_id ON departments
    FOR EACH ROW EXECUTE FUNCTION departments_refuse_cycle();
CREATE TRIGGER departments_set_updated_at BEFORE UPDATE ON departments
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

COMMENT ON COLUMN departments.head_id IS 'Approvals of the department go to this person first.';
