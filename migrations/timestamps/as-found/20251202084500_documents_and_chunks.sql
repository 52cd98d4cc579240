-- Uploaded documents, cut into chunks that the assistant can cite.

CREATE TABLE public.documents (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id  uuid NOT NULL REFERENCES public.workspaces (id) ON DELETE CASCADE,
  uploaded_by   uuid REFERENCES auth.users (id) ON DELETE SET NULL,
  title         text NOT NULL,
  mime_type     text NOT NULL DEFAULT 'text/plain',
  byte_size     bigint NOT NULL DEFAULT 0 CHECK (byte_size >= 0),
  sha256        text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  status        text NOT NULL DEFAULT 'uploaded'
                CHECK (status IN ('uploaded', 'processing', 'ready', 'failed')),
  error         text,
  created_at    timestamptz NOT NULL DEFAULT now(),
  updated_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT documents_failed_says_why CHECK (status <> 'failed' OR error IS NOT NULL)
);

CREATE INDEX idx_documents_workspace ON public.documents (workspace_id, created_at DESC);
CREATE UNIQUE INDEX idx_documents_same_file
  ON public.documents (workspace_id, sha256)
  WHERE sha256 IS NOT NULL;

CREATE TABLE public.document_chunks (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  document_id   uuid NOT NULL REFERENCES public.documents (id) ON DELETE CASCADE,
  workspace_id  uuid NOT NULL REFERENCES public.workspaces (id) ON DELETE CASCADE,
  chunk_index   integer NOT NULL CHECK (chunk_index >= 0),
  page_number   integer CHECK (page_number > 0),
  content       text NOT NULL,
  token_count   integer NOT NULL DEFAULT 0,
  created_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT document_chunks_position UNIQUE (document_id, chunk_index)
);

CREATE INDEX idx_document_chunks_workspace ON public.document_chunks (workspace_id);
CREATE INDEX idx_document_chunks_content_english
  ON public.document_chunks USING gin (to_tsvector('english', content));

COMMENT ON COLUMN public.document_chunks.workspace_id IS
  'Copied from the document by a trigger, so that the policy needs no join.';

CREATE FUNCTION public.set_chunk_workspace() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  SELECT d.workspace_id INTO STRICT NEW.workspace_id
  FROM public.documents d
  WHERE d.id = NEW.document_id;
  RETURN NEW;
END
$$;

CREATE TRIGGER document_chunks_workspace
  BEFORE INSERT OR UPDATE OF document_id ON public.document_chunks
  FOR EACH ROW EXECUTE FUNCTION public.set_chunk_workspace();

CREATE TRIGGER documents_updated_at
  BEFORE UPDATE ON public.documents
  FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

ALTER TABLE public.documents       ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.document_chunks ENABLE ROW LEVEL SECURITY;

CREATE POLICY documents_member_select ON public.documents
  FOR SELECT TO authenticated
  USING (public.is_workspace_member(workspace_id) OR public.is_super_admin());

CREATE POLICY documents_member_insert ON public.documents
  FOR INSERT TO authenticated
  WITH CHECK (uploaded_by = auth.uid() AND public.is_workspace_member(workspace_id));

CREATE POLICY documents_admin_delete ON public.documents
  FOR DELETE TO authenticated
  USING (uploaded_by = auth.uid() OR public.is_tenant_admin(workspace_id));

CREATE POLICY document_chunks_member_select ON public.document_chunks
  FOR SELECT TO authenticated
  USING (public.is_workspace_member(workspace_id) OR public.is_super_admin());
