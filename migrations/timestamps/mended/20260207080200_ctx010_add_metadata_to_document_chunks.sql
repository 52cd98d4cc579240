-- CTX-010: say where a chunk came from, so that an answer can cite page and section.

ALTER TABLE public.document_chunks
  ADD COLUMN IF NOT EXISTS metadata JSONB NOT NULL DEFAULT '{}'::jsonb;

ALTER TABLE public.document_chunks
  ADD CONSTRAINT document_chunks_metadata_object CHECK (jsonb_typeof(metadata) = 'object');

COMMENT ON COLUMN public.document_chunks.metadata IS
  'Where the chunk came from: {"section": …, "heading_path": […], "page_number": …, "language": …}.';

-- For metadata @> '{"language": "de"}' and the like.
CREATE INDEX IF NOT EXISTS idx_document_chunks_metadata
  ON public.document_chunks USING gin (metadata jsonb_path_ops);

-- Most chunks have no section: the partial index is a tenth of a full one.
CREATE INDEX IF NOT EXISTS idx_document_chunks_section
  ON public.document_chunks (document_id, (metadata ->> 'section'))
  WHERE metadata ? 'section';

-- The page is a column of its own; the metadata repeats it, so that a citation is one value.
CREATE OR REPLACE FUNCTION public.set_chunk_page_metadata() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  IF NEW.page_number IS NULL THEN
    NEW.metadata := NEW.metadata - 'page_number';
  ELSE
    NEW.metadata := NEW.metadata || jsonb_build_object('page_number', NEW.page_number);
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER document_chunks_page_metadata
  BEFORE INSERT OR UPDATE OF page_number, metadata ON public.document_chunks
  FOR EACH ROW EXECUTE FUNCTION public.set_chunk_page_metadata();

CREATE OR REPLACE FUNCTION public.find_chunks_by_metadata(
  p_workspace_id uuid,
  p_filter       jsonb,
  p_limit        integer DEFAULT 50
)
RETURNS SETOF public.document_chunks
LANGUAGE sql STABLE
SET search_path = public
AS $$
  SELECT c.*
  FROM public.document_chunks c
  WHERE c.workspace_id = p_workspace_id
    AND c.metadata @> p_filter
  ORDER BY c.document_id, c.chunk_index
  LIMIT least(greatest(p_limit, 1), 500)
$$;

COMMENT ON FUNCTION public.find_chunks_by_metadata(uuid, jsonb, integer) IS
  'Chunks whose metadata contains the filter. Runs as the caller: policies apply.';

REVOKE ALL ON FUNCTION public.find_chunks_by_metadata(uuid, jsonb, integer) FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.find_chunks_by_metadata(uuid, jsonb, integer) TO authenticated, service_role;
