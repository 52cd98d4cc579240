-- COM-006: search in messages, archive conversations.

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA extensions;

-- Archive ---------------------------------------------------------------

ALTER TABLE public.conversations
  ADD COLUMN IF NOT EXISTS archived boolean NOT NULL DEFAULT false,
  ADD COLUMN IF NOT EXISTS archived_at timestamptz;

COMMENT ON COLUMN public.conversations.archived IS
  'Hidden from the list, still found by search. Set by the owner; a new message brings it back.';

ALTER TABLE public.conversations
  ADD CONSTRAINT conversations_archived_at CHECK (archived = (archived_at IS NOT NULL));

CREATE INDEX IF NOT EXISTS idx_conversations_active
  ON public.conversations (workspace_id, user_id, last_message_at DESC NULLS LAST)
  WHERE NOT archived;

CREATE INDEX IF NOT EXISTS idx_conversations_archived
  ON public.conversations (workspace_id, user_id, archived_at DESC)
  WHERE archived;

CREATE OR REPLACE FUNCTION public.stamp_archived_at() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  IF NOT NEW.archived THEN
    NEW.archived_at := NULL;
  ELSIF NEW.archived_at IS NULL THEN
    NEW.archived_at := now();
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER conversations_stamp_archived_at
  BEFORE INSERT OR UPDATE OF archived, archived_at ON public.conversations
  FOR EACH ROW EXECUTE FUNCTION public.stamp_archived_at();

CREATE OR REPLACE FUNCTION public.unarchive_on_message() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public
AS $$
BEGIN
  UPDATE public.conversations
  SET archived = false
  WHERE id = NEW.conversation_id AND archived;
  RETURN NULL;
END
$$;

CREATE TRIGGER messages_unarchive_conversation
  AFTER INSERT ON public.messages
  FOR EACH ROW
  WHEN (NEW.role = 'user')
  EXECUTE FUNCTION public.unarchive_on_message();

-- Search ----------------------------------------------------------------

CREATE INDEX IF NOT EXISTS idx_messages_content_fts
  ON public.messages USING gin (to_tsvector('english', content));

CREATE INDEX IF NOT EXISTS idx_messages_content_trgm
  ON public.messages USING gin (content extensions.gin_trgm_ops);

CREATE INDEX IF NOT EXISTS idx_conversations_title_trgm
  ON public.conversations USING gin (title extensions.gin_trgm_ops);

CREATE OR REPLACE FUNCTION public.search_messages(
  p_workspace_id     uuid,
  p_query            text,
  p_include_archived boolean DEFAULT false,
  p_limit            integer DEFAULT 50
)
RETURNS TABLE (
  message_id       uuid,
  conversation_id  uuid,
  title            text,
  archived         boolean,
  excerpt          text,
  created_at       timestamptz,
  score            real
)
LANGUAGE sql STABLE
SET search_path = public, extensions
AS $$
  WITH wanted AS (
    SELECT
      websearch_to_tsquery('english', p_query) AS words,
      '%' || replace(replace(replace(p_query, '\', '\\'), '%', '\%'), '_', '\_') || '%' AS pattern
  )
  SELECT
    m.id,
    c.id,
    c.title,
    c.archived,
    ts_headline('english', m.content, w.words, 'MaxFragments=1, MaxWords=20, MinWords=6'),
    m.created_at,
    (ts_rank(to_tsvector('english', m.content), w.words)
      + word_similarity(p_query, m.content))::real
  FROM wanted w
  JOIN public.messages m
    ON to_tsvector('english', m.content) @@ w.words OR m.content ILIKE w.pattern
  JOIN public.conversations c ON c.id = m.conversation_id
  WHERE m.workspace_id = p_workspace_id
    AND m.role IN ('user', 'assistant')
    AND (p_include_archived OR NOT c.archived)
  ORDER BY 7 DESC, m.created_at DESC
  LIMIT least(greatest(p_limit, 1), 200)
$$;

COMMENT ON FUNCTION public.search_messages(uuid, text, boolean, integer) IS
  'Words by full text, parts of words by trigrams. Runs as the caller: policies apply.';

REVOKE ALL ON FUNCTION public.search_messages(uuid, text, boolean, integer) FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.search_messages(uuid, text, boolean, integer) TO authenticated, service_role;
