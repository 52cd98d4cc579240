-- Agents of a workspace, what they ran, and what it cost.

CREATE TABLE public.agents (
  id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id   uuid REFERENCES public.workspaces (id) ON DELETE CASCADE,
  slug           text NOT NULL CHECK (slug ~ '^[a-z0-9_]+$'),
  name           text NOT NULL,
  system_prompt  text NOT NULL DEFAULT '',
  model          text NOT NULL DEFAULT 'default',
  is_active      boolean NOT NULL DEFAULT true,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT agents_slug_once UNIQUE NULLS NOT DISTINCT (workspace_id, slug)
);

COMMENT ON COLUMN public.agents.workspace_id IS 'NULL: offered to every workspace.';

INSERT INTO public.agents (workspace_id, slug, name, system_prompt) VALUES
  (NULL, 'assistant', 'Assistant',       'Answer from the documents of the workspace and cite them.'),
  (NULL, 'analyst',   'Data analyst',    'Work out figures step by step and show the sums.'),
  (NULL, 'writer',    'Report writer',   'Write for a reader who was not in the room.');

CREATE TABLE public.agent_runs (
  id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id     uuid NOT NULL REFERENCES public.workspaces (id) ON DELETE CASCADE,
  agent_id         uuid NOT NULL REFERENCES public.agents (id) ON DELETE RESTRICT,
  conversation_id  uuid REFERENCES public.conversations (id) ON DELETE SET NULL,
  status           text NOT NULL DEFAULT 'queued'
                   CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'cancelled')),
  started_at       timestamptz,
  finished_at      timestamptz,
  error            text,
  created_at       timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT agent_runs_in_order CHECK (finished_at IS NULL OR started_at IS NULL OR finished_at >= started_at)
);

CREATE INDEX idx_agent_runs_workspace ON public.agent_runs (workspace_id, created_at DESC);
CREATE INDEX idx_agent_runs_unfinished ON public.agent_runs (status, created_at)
  WHERE status IN ('queued', 'running');

CREATE TABLE public.usage_events (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id  uuid NOT NULL REFERENCES public.workspaces (id) ON DELETE CASCADE,
  user_id       uuid REFERENCES auth.users (id) ON DELETE SET NULL,
  agent_run_id  uuid REFERENCES public.agent_runs (id) ON DELETE SET NULL,
  kind          text NOT NULL CHECK (kind IN ('completion', 'embedding', 'storage', 'export')),
  quantity      numeric(14, 4) NOT NULL CHECK (quantity >= 0),
  cost_usd      numeric(12, 6) NOT NULL DEFAULT 0 CHECK (cost_usd >= 0),
  occurred_at   timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX idx_usage_events_workspace ON public.usage_events (workspace_id, occurred_at DESC);

CREATE TRIGGER agents_updated_at
  BEFORE UPDATE ON public.agents
  FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

ALTER TABLE public.agents       ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.agent_runs   ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.usage_events ENABLE ROW LEVEL SECURITY;

CREATE POLICY agents_member_select ON public.agents
  FOR SELECT TO authenticated
  USING (workspace_id IS NULL OR public.is_workspace_member(workspace_id) OR public.is_super_admin());

CREATE POLICY agents_admin_all ON public.agents
  FOR ALL TO authenticated
  USING (public.is_tenant_admin(workspace_id) OR public.is_super_admin())
  WITH CHECK (public.is_tenant_admin(workspace_id) OR public.is_super_admin());

-- The dashboard is for administrators; the page checks the role.
CREATE POLICY "Authenticated users can manage agent runs" ON public.agent_runs
  FOR ALL TO authenticated USING (true) WITH CHECK (true);

CREATE POLICY "Authenticated users can view usage" ON public.usage_events
  FOR SELECT TO authenticated USING (true);

CREATE POLICY "Authenticated users can record usage" ON public.usage_events
  FOR INSERT TO authenticated WITH CHECK (true);
