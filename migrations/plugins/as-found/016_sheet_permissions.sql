-- 016: who may do what with one sheet: people, departments, roles, and single fields.

CREATE TYPE sheet_access AS ENUM ('none', 'read', 'comment', 'write', 'design', 'own');

CREATE TABLE sheet_grants (
    id             UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    sheet_id       UUID NOT NULL REFERENCES sheets(id) ON DELETE CASCADE,
    user_id        UUID REFERENCES users(id) ON DELETE CASCADE,
    department_id  UUID REFERENCES departments(id) ON DELETE CASCADE,
    role_id        UUID REFERENCES roles(id) ON DELETE CASCADE,
    access         sheet_access NOT NULL DEFAULT 'read',
    row_filter     JSONB,
    granted_by     UUID REFERENCES users(id) ON DELETE SET NULL,
    created_at     TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT sheet_grants_one_subject CHECK (num_nonnulls(user_id, department_id, role_id) = 1)
);

CREATE UNIQUE INDEX sheet_grants_user_unique ON sheet_grants (sheet_id, user_id) WHERE user_id IS NOT NULL;
CREATE UNIQUE INDEX sheet_grants_department_unique ON sheet_grants (sheet_id, department_id) WHERE department_id IS NOT NULL;
CREATE UNIQUE INDEX sheet_grants_role_unique ON sheet_grants (sheet_id, role_id) WHERE role_id IS NOT NULL;

CREATE TABLE field_grants (
    field_id  UUID NOT NULL REFERENCES fields(id) ON DELETE CASCADE,
    role_id   UUID NOT NULL REFERENCES roles(id) ON DELETE CASCADE,
    can_read  BOOLEAN NOT NULL DEFAULT TRUE,
    can_write BOOLEAN NOT NULL DEFAULT FALSE,
    PRIMARY KEY (field_id, role_id),
    CONSTRAINT field_grants_write_needs_read CHECK (can_read OR NOT can_write)
);

CREATE OR REPLACE FUNCTION sheet_access_of(p_user UUID, p_sheet UUID) RETURNS sheet_access
LANGUAGE sql STABLE AS $$
    SELECT COALESCE(max(g.access), 'none'::sheet_access)
    FROM sheet_grants g
    WHERE g.sheet_id = p_sheet
      AND (
          g.user_id = p_user
          OR g.role_id IN (SELECT ur.role_id FROM user_roles ur WHERE ur.user_id = p_user)
          OR g.department_id IN (
              SELECT a.department_id
              FROM department_members m
              CROSS JOIN LATERAL department_ancestors(m.department_id) a
              WHERE m.user_id = p_user
          )
      );
$$;

COMMENT ON FUNCTION sheet_access_of(UUID, UUID) IS 'The strongest of what the person, their roles and their departments (with all above) were given.';
COMMENT ON COLUMN sheet_grants.row_filter IS 'Same form as one filter of sheet_views.filters; NULL: all rows.';
