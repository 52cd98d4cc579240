-- Connections to other systems, and what we delivered to them.

CREATE TABLE public.integrations (
  id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id   uuid NOT NULL REFERENCES public.workspaces (id) ON DELETE CASCADE,
  provider       text NOT NULL CHECK (provider IN ('chat', 'drive', 'crm', 'webhook')),
  display_name   text NOT NULL,
  config         jsonb NOT NULL DEFAULT '{}'::jsonb,
  secret_ref     text,
  is_enabled     boolean NOT NULL DEFAULT true,
  last_synced_at timestamptz,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT integrations_no_secret_inline CHECK (NOT config ? 'secret' AND NOT config ? 'token')
);

COMMENT ON COLUMN public.integrations.secret_ref IS 'Name of the secret in the vault, never the secret.';

CREATE INDEX idx_integrations_workspace ON public.integrations (workspace_id, provider);

CREATE TABLE public.webhook_deliveries (
  id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id    uuid NOT NULL REFERENCES public.workspaces (id) ON DELETE CASCADE,
  integration_id  uuid NOT NULL REFERENCES public.integrations (id) ON DELETE CASCADE,
  event           text NOT NULL,
  payload         jsonb NOT NULL,
  attempt         smallint NOT NULL DEFAULT 1 CHECK (attempt BETWEEN 1 AND 10),
  response_status integer CHECK (response_status BETWEEN 100 AND 599),
  delivered_at    timestamptz,
  next_retry_at   timestamptz,
  created_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT webhook_deliveries_done_or_due CHECK (delivered_at IS NULL OR next_retry_at IS NULL)
);

CREATE INDEX idx_webhook_deliveries_due ON public.webhook_deliveries (next_retry_at)
  WHERE delivered_at IS NULL;
CREATE INDEX idx_webhook_deliveries_integration
  ON public.webhook_deliveries (integration_id, created_at DESC);

CREATE TRIGGER integrations_updated_at
  BEFORE UPDATE ON public.integrations
  FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

ALTER TABLE public.integrations       ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.webhook_deliveries ENABLE ROW LEVEL SECURITY;

CREATE POLICY "Authenticated users can manage integrations" ON public.integrations
  FOR ALL TO authenticated USING (true) WITH CHECK (true);

CREATE POLICY "Authenticated users can view deliveries" ON public.webhook_deliveries
  FOR SELECT TO authenticated USING (true);
