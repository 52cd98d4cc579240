-- Full-text search over the chunks of a workspace's documents.

CREATE FUNCTION public.search_documents(
  p_workspace_id uuid,
  p_query        text,
  p_limit        integer DEFAULT 20
)
RETURNS TABLE (
  chunk_id     uuid,
  document_id  uuid,
  title        text,
  page_number  integer,
  excerpt      text,
  rank         real
)
LANGUAGE sql STABLE
SET search_path = public
AS $$
  SELECT
    c.id,
    d.id,
    d.title,
    c.page_number,
    ts_headline('english', c.content, q.query, 'MaxFragments=1, MaxWords=24, MinWords=8'),
    ts_rank(to_tsvector('english', c.content), q.query)
  FROM websearch_to_tsquery('english', p_query) AS q (query)
  JOIN public.document_chunks c ON to_tsvector('english', c.content) @@ q.query
  JOIN public.documents d ON d.id = c.document_id
  WHERE c.workspace_id = p_workspace_id
    AND d.status = 'ready'
  ORDER BY 6 DESC, c.chunk_index
  LIMIT least(greatest(p_limit, 1), 100)
$$;

COMMENT ON FUNCTION public.search_documents(uuid, text, integer) IS
  'Runs as the caller: policies on documents and chunks apply.';

REVOKE ALL ON FUNCTION public.search_documents(uuid, text, integer) FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.search_documents(uuid, text, integer) TO authenticated, service_role;

CREATE VIEW public.document_status
WITH (security_invoker = true) AS
SELECT
  d.workspace_id,
  d.status,
  count(*)                        AS documents,
  coalesce(sum(d.byte_size), 0)   AS bytes,
  max(d.created_at)               AS newest
FROM public.documents d
GROUP BY d.workspace_id, d.status;

COMMENT ON VIEW public.document_status IS 'Counts for the library page.';
