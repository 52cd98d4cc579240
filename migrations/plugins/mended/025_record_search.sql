-- 025: full-text search over the text values of a record.

CREATE OR REPLACE FUNCTION record_text(p_data JSONB) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT COALESCE(string_agg(v.value #>> '{}', ' ' ORDER BY v.key), '')
    FROM jsonb_each(p_data) v
    WHERE jsonb_typeof(v.value) = 'string';
$$;

ALTER TABLE records ADD COLUMN search tsvector
    GENERATED ALWAYS AS (to_tsvector('simple', record_text(data))) STORED;

CREATE INDEX records_search_idx ON records USING gin (search);

CREATE OR REPLACE FUNCTION search_records(p_sheet UUID, p_words TEXT, p_limit INTEGER DEFAULT 50)
RETURNS TABLE (record_id UUID, number BIGINT, rank REAL)
LANGUAGE sql STABLE AS $$
    SELECT r.id, r.number, ts_rank(r.search, q)
    FROM records r, websearch_to_tsquery('simple', p_words) q
    WHERE r.sheet_id = p_sheet AND r.search @@ q
    ORDER BY 3 DESC, 2
    LIMIT LEAST(p_limit, 500);
$$;

CREATE TABLE saved_searches (
    id          UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id     UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
    sheet_id    UUID REFERENCES sheets(id) ON DELETE CASCADE,
    name        VARCHAR(120) NOT NULL,
    words       TEXT NOT NULL,
    used_count  INTEGER NOT NULL DEFAULT 0,
    created_at  TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT saved_searches_name_unique UNIQUE (user_id, name)
);
