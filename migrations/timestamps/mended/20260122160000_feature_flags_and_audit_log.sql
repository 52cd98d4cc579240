-- Flags per workspace, and a log of changes to what matters.

CREATE TABLE public.feature_flags (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id  uuid REFERENCES public.workspaces (id) ON DELETE CASCADE,
  flag          text NOT NULL CHECK (flag ~ '^[a-z][a-z0-9_]*$'),
  is_on         boolean NOT NULL DEFAULT false,
  rollout       smallint NOT NULL DEFAULT 100 CHECK (rollout BETWEEN 0 AND 100),
  note          text,
  updated_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT feature_flags_once UNIQUE NULLS NOT DISTINCT (workspace_id, flag)
);

INSERT INTO public.feature_flags (workspace_id, flag, is_on, note) VALUES
  (NULL, 'numeric_search',    false, 'search for figures and article numbers'),
  (NULL, 'message_archive',   false, 'archive conversations'),
  (NULL, 'retention_emails',  false, 'write to people who are about to leave');

CREATE TABLE public.audit_log (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id  uuid,
  actor_id      uuid,
  table_name    text NOT NULL,
  operation     text NOT NULL CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE')),
  row_before    jsonb,
  row_after     jsonb,
  occurred_at   timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE public.audit_log IS
  'No foreign keys: the log outlives the workspaces and people that it speaks of.';

CREATE INDEX idx_audit_log_workspace ON public.audit_log (workspace_id, occurred_at DESC);
CREATE INDEX idx_audit_log_table ON public.audit_log (table_name, occurred_at DESC);

CREATE FUNCTION public.write_audit_log() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public
AS $$
DECLARE
  v_before jsonb := CASE WHEN TG_OP = 'INSERT' THEN NULL ELSE to_jsonb(OLD) END;
  v_after  jsonb := CASE WHEN TG_OP = 'DELETE' THEN NULL ELSE to_jsonb(NEW) END;
BEGIN
  INSERT INTO public.audit_log (workspace_id, actor_id, table_name, operation, row_before, row_after)
  VALUES (
    coalesce(v_after ->> 'workspace_id', v_before ->> 'workspace_id')::uuid,
    auth.uid(),
    TG_TABLE_NAME,
    TG_OP,
    v_before,
    v_after
  );
  RETURN NULL;
END
$$;

CREATE TRIGGER feature_flags_audit
  AFTER INSERT OR UPDATE OR DELETE ON public.feature_flags
  FOR EACH ROW EXECUTE FUNCTION public.write_audit_log();

CREATE TRIGGER integrations_audit
  AFTER INSERT OR UPDATE ON public.integrations
  FOR EACH ROW EXECUTE FUNCTION public.write_audit_log();

CREATE TRIGGER feature_flags_updated_at
  BEFORE UPDATE ON public.feature_flags
  FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

ALTER TABLE public.feature_flags ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audit_log     ENABLE ROW LEVEL SECURITY;

CREATE POLICY "Authenticated users can manage flags" ON public.feature_flags
  FOR ALL TO authenticated USING (true) WITH CHECK (true);

CREATE POLICY "Authenticated users can view the audit log" ON public.audit_log
  FOR SELECT TO authenticated USING (true);
