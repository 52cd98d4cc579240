-- 007: saved views of a sheet: grid, kanban, calendar, gallery, form, gantt.

CREATE TABLE sheet_views (
    id           UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    sheet_id     UUID NOT NULL REFERENCES sheets(id) ON DELETE CASCADE,
    owner_id     UUID REFERENCES users(id) ON DELETE CASCADE,
    name         VARCHAR(120) NOT NULL,
    layout       VARCHAR(20) NOT NULL DEFAULT 'grid',
    filters      JSONB NOT NULL DEFAULT '[]'::jsonb,
    sorting      JSONB NOT NULL DEFAULT '[]'::jsonb,
    grouping     JSONB NOT NULL DEFAULT '[]'::jsonb,
    hidden       TEXT[] NOT NULL DEFAULT '{}',
    layout_data  JSONB NOT NULL DEFAULT '{}'::jsonb,
    is_default   BOOLEAN NOT NULL DEFAULT FALSE,
    is_locked    BOOLEAN NOT NULL DEFAULT FALSE,
    position     NUMERIC(20, 10) NOT NULL DEFAULT 0,
    created_at   TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    updated_at   TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT sheet_views_layout_known
        CHECK (layout IN ('grid', 'kanban', 'calendar', 'gallery', 'form', 'gantt')),
    CONSTRAINT sheet_views_lists CHECK (
        jsonb_typeof(filters) = 'array' AND jsonb_typeof(sorting) = 'array' AND jsonb_typeof(grouping) = 'array'
    ),
    CONSTRAINT sheet_views_default_is_shared CHECK (NOT (is_default AND owner_id IS NOT NULL))
);

CREATE UNIQUE INDEX sheet_views_one_default ON sheet_views (sheet_id) WHERE is_default;
CREATE INDEX sheet_views_shared_idx ON sheet_views (sheet_id, position) WHERE owner_id IS NULL;
CREATE INDEX sheet_views_personal_idx ON sheet_views (owner_id, sheet_id) WHERE owner_id IS NOT NULL;

CREATE TRIGGER sheet_views_set_updated_at BEFORE UPDATE ON sheet_views
    FOR EACH ROW EXECUTE FUNCTION set_updated_at();

-- Every sheet starts with one grid that everybody sees.
CREATE OR REPLACE FUNCTION sheets_add_default_view() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sheet_views (sheet_id, name, layout, is_default)
    VALUES (NEW.id, 'All records', 'grid', TRUE);
    RETURN NEW;
END;
$$;

CREATE TRIGGER sheets_default_view AFTER INSERT ON sheets
    FOR EACH ROW EXECUTE FUNCTION sheets_add_default_view();

CREATE TABLE view_shares (
    id            UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    view_id       UUID NOT NULL REFERENCES sheet_views(id) ON DELETE CASCADE,
    token         VARCHAR(64) NOT NULL,
    password_hash VARCHAR(255),
    allow_copy    BOOLEAN NOT NULL DEFAULT FALSE,
    expires_at    TIMESTAMPTZ,
    created_by    UUID REFERENCES users(id) ON DELETE SET NULL,
    created_at    TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT view_shares_token_unique UNIQUE (token)
);

COMMENT ON COLUMN sheet_views.owner_id IS 'NULL: everybody who sees the sheet sees the view.';
