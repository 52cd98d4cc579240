-- Fix: searching for figures and article numbers finds nothing.
--
-- The parser reads "1,234.50" as "1" and "234.50", and "AX-4711" as "ax" and "-4711", so that
-- neither 1234.50 nor 4711 matches. Both the text and the query now go through the same
-- normalisation, and figures are matched without stemming.

CREATE OR REPLACE FUNCTION public.normalize_numeric_tokens(p_text text)
RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
  SELECT regexp_replace(
    regexp_replace(p_text, '(\d)[,''](?=\d{3}(\D|$))', '\1', 'g'),
    '([[:alpha:]])-(?=\d)', '\1 ', 'g'
  )
$$;

COMMENT ON FUNCTION public.normalize_numeric_tokens(text) IS
  'Removes thousands separators, and parts letters from figures: 1,234.50 to 1234.50, AX-4711 to AX 4711.';

CREATE INDEX IF NOT EXISTS idx_document_chunks_content_numeric
  ON public.document_chunks
  USING gin (to_tsvector('simple', public.normalize_numeric_tokens(content)));

CREATE OR REPLACE FUNCTION public.search_documents(
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
  WITH wanted AS (
    SELECT
      websearch_to_tsquery('english', p_query) AS words,
      websearch_to_tsquery('simple', public.normalize_numeric_tokens(p_query)) AS figures,
      p_query ~ '\d' AS has_figures
  ),
  matches AS (
    SELECT
      c.id,
      c.document_id,
      c.page_number,
      c.chunk_index,
      c.content,
      CASE WHEN w.has_figures THEN w.figures ELSE w.words END AS query,
      ts_rank(to_tsvector('english', c.content), w.words)
        + CASE
            WHEN w.has_figures
            THEN 2 * ts_rank(to_tsvector('simple', public.normalize_numeric_tokens(c.content)), w.figures)
            ELSE 0
          END AS rank
    FROM wanted w
    JOIN public.document_chunks c
      ON to_tsvector('english', c.content) @@ w.words
      OR (w.has_figures
          AND to_tsvector('simple', public.normalize_numeric_tokens(c.content)) @@ w.figures)
    WHERE c.workspace_id = p_workspace_id
  )
  SELECT
    m.id,
    d.id,
    d.title,
    m.page_number,
    ts_headline(
      'simple',
      public.normalize_numeric_tokens(m.content),
      m.query,
      'MaxFragments=1, MaxWords=24, MinWords=8'
    ),
    m.rank::real
  FROM matches m
  JOIN public.documents d ON d.id = m.document_id
  WHERE d.status = 'ready'
  ORDER BY m.rank DESC, m.chunk_index
  LIMIT least(greatest(p_limit, 1), 100)
$$;
