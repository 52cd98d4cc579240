-- GRW-011: see who is about to leave, and write to them before they do.
-- This file brings the tables; the scoring function follows in a file of its own.

-- What people do --------------------------------------------------------

CREATE TABLE IF NOT EXISTS public.user_activity_log (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  user_id        uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  workspace_id   uuid NOT NULL REFERENCES public.workspaces (id) ON DELETE CASCADE,
  activity_type  text NOT NULL
                 CHECK (activity_type IN ('login', 'message_sent', 'conversation_started', 'document_uploaded', 'export')),
  details        jsonb NOT NULL DEFAULT '{}'::jsonb,
  occurred_at    timestamptz NOT NULL DEFAULT now()
);

CREATE INDEX IF NOT EXISTS idx_user_activity_log_user
  ON public.user_activity_log (workspace_id, user_id, occurred_at DESC);
CREATE INDEX IF NOT EXISTS idx_user_activity_log_type
  ON public.user_activity_log (activity_type, occurred_at DESC);

COMMENT ON TABLE public.user_activity_log IS
  'One row per action that counts as use. Written by triggers, read by the churn score.';

-- What we make of it ----------------------------------------------------

CREATE TABLE IF NOT EXISTS public.churn_risk_assessments (
  id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id        uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  workspace_id   uuid NOT NULL REFERENCES public.workspaces (id) ON DELETE CASCADE,
  risk_score     integer NOT NULL CHECK (risk_score BETWEEN 0 AND 100),
  risk_level     text NOT NULL CHECK (risk_level IN ('low', 'medium', 'high', 'critical')),
  factors        jsonb NOT NULL DEFAULT '{}'::jsonb,
  assessed_on    date NOT NULL DEFAULT current_date,
  assessed_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT churn_risk_assessments_daily UNIQUE (user_id, workspace_id, assessed_on),
  CONSTRAINT churn_risk_assessments_level CHECK (
    risk_level = CASE
      WHEN risk_score >= 85 THEN 'critical'
      WHEN risk_score >= 60 THEN 'high'
      WHEN risk_score >= 30 THEN 'medium'
      ELSE 'low'
    END
  )
);

CREATE INDEX IF NOT EXISTS idx_churn_risk_assessments_at_risk
  ON public.churn_risk_assessments (workspace_id, risk_score DESC)
  WHERE risk_level IN ('high', 'critical');

-- What we do about it ---------------------------------------------------

CREATE TABLE IF NOT EXISTS public.retention_email_queue (
  id             uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id        uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  workspace_id   uuid NOT NULL REFERENCES public.workspaces (id) ON DELETE CASCADE,
  assessment_id  uuid REFERENCES public.churn_risk_assessments (id) ON DELETE SET NULL,
  template       text NOT NULL CHECK (template IN ('we_miss_you', 'need_help', 'last_call')),
  status         text NOT NULL DEFAULT 'pending'
                 CHECK (status IN ('pending', 'sent', 'failed', 'cancelled')),
  scheduled_for  timestamptz NOT NULL DEFAULT now(),
  sent_at        timestamptz,
  attempts       smallint NOT NULL DEFAULT 0 CHECK (attempts BETWEEN 0 AND 5),
  last_error     text,
  created_at     timestamptz NOT NULL DEFAULT now(),
  updated_at     timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT retention_email_queue_sent CHECK ((status = 'sent') = (sent_at IS NOT NULL)),
  CONSTRAINT retention_email_queue_failed CHECK (status <> 'failed' OR last_error IS NOT NULL)
);

CREATE UNIQUE INDEX IF NOT EXISTS idx_retention_email_queue_once
  ON public.retention_email_queue (user_id, workspace_id, template)
  WHERE status = 'pending';
CREATE INDEX IF NOT EXISTS idx_retention_email_queue_due
  ON public.retention_email_queue (scheduled_for)
  WHERE status = 'pending';

CREATE TRIGGER retention_email_queue_updated_at
  BEFORE UPDATE ON public.retention_email_queue
  FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- The log fills itself --------------------------------------------------

-- The trigger's argument is the activity type; 'user_id' or 'uploaded_by' is who did it.
CREATE OR REPLACE FUNCTION public.log_user_activity() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public
AS $$
DECLARE
  v_row  jsonb := to_jsonb(NEW);
  v_user uuid  := coalesce(v_row ->> 'user_id', v_row ->> 'uploaded_by')::uuid;
BEGIN
  IF v_user IS NULL THEN
    RETURN NULL;
  END IF;

  INSERT INTO public.user_activity_log (user_id, workspace_id, activity_type, details, occurred_at)
  VALUES (
    v_user,
    (v_row ->> 'workspace_id')::uuid,
    TG_ARGV[0],
    jsonb_build_object('table', TG_TABLE_NAME, 'id', v_row ->> 'id'),
    coalesce((v_row ->> 'created_at')::timestamptz, now())
  );
  RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.log_user_activity() IS
  'AFTER INSERT trigger; its argument is the activity type.';

CREATE TRIGGER messages_log_activity
  AFTER INSERT ON public.messages
  FOR EACH ROW
  WHEN (NEW.role = 'user')
  EXECUTE FUNCTION public.log_user_activity('message_sent');

CREATE TRIGGER conversations_log_activity
  AFTER INSERT ON public.conversations
  FOR EACH ROW EXECUTE FUNCTION public.log_user_activity('conversation_started');

CREATE TRIGGER documents_log_activity
  AFTER INSERT ON public.documents
  FOR EACH ROW EXECUTE FUNCTION public.log_user_activity('document_uploaded');

-- People who were here before the log was: their messages are their activity.
INSERT INTO public.user_activity_log (user_id, workspace_id, activity_type, details, occurred_at)
SELECT
  m.user_id,
  m.workspace_id,
  'message_sent',
  jsonb_build_object('table', 'messages', 'id', m.id, 'backfilled', true),
  m.created_at
FROM public.messages m
WHERE m.role = 'user' AND m.user_id IS NOT NULL;

-- Row-level security ----------------------------------------------------

ALTER TABLE public.user_activity_log      ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.churn_risk_assessments ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.retention_email_queue  ENABLE ROW LEVEL SECURITY;

CREATE POLICY user_activity_log_own_select ON public.user_activity_log
  FOR SELECT TO authenticated
  USING (user_id = auth.uid());

CREATE POLICY user_activity_log_admin_select ON public.user_activity_log
  FOR SELECT TO authenticated
  USING (public.is_super_admin() OR public.is_tenant_admin(workspace_id));

CREATE POLICY churn_risk_assessments_admin_select ON public.churn_risk_assessments
  FOR SELECT TO authenticated
  USING (public.is_super_admin() OR public.is_tenant_admin(workspace_id));

CREATE POLICY retention_email_queue_super_admin ON public.retention_email_queue
  FOR ALL TO authenticated
  USING (public.is_super_admin())
  WITH CHECK (public.is_super_admin());

CREATE POLICY retention_email_queue_tenant_admin ON public.retention_email_queue
  FOR SELECT TO authenticated
  USING (public.is_tenant_admin(workspace_id));

REVOKE ALL ON public.user_activity_log, public.churn_risk_assessments, public.retention_email_queue FROM anon;
