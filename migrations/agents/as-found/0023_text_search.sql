-- Search over work items, ideas and documents.

ALTER TABLE work_items ADD COLUMN search TSVECTOR GENERATED ALWAYS AS (
    setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', description), 'B')
) STORED;

ALTER TABLE ideas ADD COLUMN search TSVECTOR GENERATED ALWAYS AS (
    setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body), 'B')
) STORED;

ALTER TABLE document_references ADD COLUMN search TSVECTOR GENERATED ALWAYS AS (
    setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('simple', path), 'C')
) STORED;

CREATE INDEX idx_work_items_search ON work_items USING gin (search);
CREATE INDEX idx_ideas_search ON ideas USING gin (search);
CREATE INDEX idx_document_references_search ON document_references USING gin (search);

CREATE FUNCTION search_everything(wanted_project BIGINT, words TEXT)
RETURNS TABLE (kind TEXT, id BIGINT, title TEXT, rank REAL)
LANGUAGE sql STABLE AS $$
    WITH query AS (SELECT websearch_to_tsquery('english', words) AS q)
    SELECT 'work_item', w.id, w.title, ts_rank(w.search, q)
    FROM work_items w, query WHERE w.project_id = wanted_project AND w.search @@ q
    UNION ALL
    SELECT 'idea', i.id, i.title, ts_rank(i.search, q)
    FROM ideas i, query WHERE i.project_id = wanted_project AND i.search @@ q
    UNION ALL
    SELECT 'document', d.id, d.title, ts_rank(d.search, q)
    FROM document_references d, query WHERE d.project_id = wanted_project AND d.search @@ q
    ORDER BY 4 DESC, 1, 2
$$;
