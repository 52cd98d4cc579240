-- Conversations with the assistant, and what was said in them.

CREATE TABLE public.conversations (
  id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id     uuid NOT NULL REFERENCES public.workspaces (id) ON DELETE CASCADE,
  user_id          uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  title            text NOT NULL DEFAULT 'New conversation',
  agent_slug       text,
  message_count    integer NOT NULL DEFAULT 0 CHECK (message_count >= 0),
  last_message_at  timestamptz,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idx_conversations_workspace_recent
  ON public.conversations (workspace_id, last_message_at DESC NULLS LAST);
CREATE INDEX idx_conversations_user ON public.conversations (user_id);

CREATE TABLE public.messages (
  id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  conversation_id  uuid NOT NULL REFERENCES public.conversations (id) ON DELETE CASCADE,
  workspace_id     uuid NOT NULL REFERENCES public.workspaces (id) ON DELETE CASCADE,
  user_id          uuid REFERENCES auth.users (id) ON DELETE SET NULL,
  role             text NOT NULL CHECK (role IN ('user', 'assistant', 'system', 'tool')),
  content          text NOT NULL,
  tokens_in        integer CHECK (tokens_in >= 0),
  tokens_out       integer CHECK (tokens_out >= 0),
  created_at       timestamptz NOT NULL DEFAULT now()
);

COMMENT ON COLUMN public.messages.user_id IS
  'Who wrote it; NULL for the assistant, and for people who have deleted their account.';

CREATE INDEX idx_messages_conversation ON public.messages (conversation_id, created_at);
CREATE INDEX idx_messages_workspace ON public.messages (workspace_id, created_at DESC);

CREATE FUNCTION public.touch_conversation() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public
AS $$
BEGIN
  UPDATE public.conversations
  SET message_count   = message_count + 1,
      last_message_at = greatest(coalesce(last_message_at, NEW.created_at), NEW.created_at)
  WHERE id = NEW.conversation_id;
  RETURN NULL;
END
$$;

CREATE TRIGGER messages_touch_conversation
  AFTER INSERT ON public.messages
  FOR EACH ROW EXECUTE FUNCTION public.touch_conversation();

CREATE TRIGGER conversations_updated_at
  BEFORE UPDATE ON public.conversations
  FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

ALTER TABLE public.conversations ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.messages      ENABLE ROW LEVEL SECURITY;

CREATE POLICY conversations_own_all ON public.conversations
  FOR ALL TO authenticated
  USING (user_id = auth.uid() AND public.is_workspace_member(workspace_id))
  WITH CHECK (user_id = auth.uid() AND public.is_workspace_member(workspace_id));

CREATE POLICY conversations_admin_select ON public.conversations
  FOR SELECT TO authenticated
  USING (public.is_tenant_admin(workspace_id) OR public.is_super_admin());

CREATE POLICY messages_own_select ON public.messages
  FOR SELECT TO authenticated
  USING (
    EXISTS (
      SELECT 1
      FROM public.conversations c
      WHERE c.id = messages.conversation_id AND c.user_id = auth.uid()
    )
  );

CREATE POLICY messages_own_insert ON public.messages
  FOR INSERT TO authenticated
  WITH CHECK (user_id = auth.uid() AND public.is_workspace_member(workspace_id));

CREATE POLICY messages_admin_select ON public.messages
  FOR SELECT TO authenticated
  USING (public.is_tenant_admin(workspace_id) OR public.is_super_admin());
