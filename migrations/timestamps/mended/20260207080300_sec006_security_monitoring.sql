-- SEC-006: notice what looks like an attack, and tell somebody.

-- Events ----------------------------------------------------------------

CREATE TABLE IF NOT EXISTS public.security_events (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_type    text NOT NULL CHECK (event_type IN (
                  'login_failed', 'login_succeeded', 'mfa_failed', 'role_granted', 'role_revoked',
                  'role_changed', 'permission_denied', 'bulk_export', 'secret_changed')),
  severity      text NOT NULL DEFAULT 'info' CHECK (severity IN ('info', 'warning', 'critical')),
  workspace_id  uuid,
  user_id       uuid,
  actor_id      uuid,
  ip_address    inet,
  details       jsonb NOT NULL DEFAULT '{}'::jsonb,
  occurred_at   timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE public.security_events IS
  'No foreign keys: what happened stays written when the user or the workspace is gone.';

CREATE INDEX IF NOT EXISTS idx_security_events_user
  ON public.security_events (user_id, event_type, occurred_at DESC);
CREATE INDEX IF NOT EXISTS idx_security_events_workspace
  ON public.security_events (workspace_id, occurred_at DESC);
CREATE INDEX IF NOT EXISTS idx_security_events_serious
  ON public.security_events (occurred_at DESC)
  WHERE severity <> 'info';

-- Alerts ----------------------------------------------------------------

CREATE TABLE IF NOT EXISTS public.security_alerts (
  id               uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  rule             text NOT NULL CHECK (rule IN ('brute_force', 'super_admin_granted', 'bulk_export', 'manual')),
  severity         text NOT NULL CHECK (severity IN ('warning', 'critical')),
  status           text NOT NULL DEFAULT 'open'
                   CHECK (status IN ('open', 'acknowledged', 'resolved', 'false_alarm')),
  workspace_id     uuid,
  user_id          uuid,
  last_event_id    bigint REFERENCES public.security_events (id) ON DELETE SET NULL,
  event_count      integer NOT NULL DEFAULT 1 CHECK (event_count > 0),
  summary          text NOT NULL,
  acknowledged_by  uuid,
  acknowledged_at  timestamptz,
  resolved_at      timestamptz,
  created_at       timestamptz NOT NULL DEFAULT now(),
  updated_at       timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT security_alerts_acknowledged CHECK (status <> 'acknowledged' OR acknowledged_by IS NOT NULL),
  CONSTRAINT security_alerts_resolved CHECK ((status IN ('resolved', 'false_alarm')) = (resolved_at IS NOT NULL))
);

-- One open alert per rule and user: further events raise its count.
CREATE UNIQUE INDEX IF NOT EXISTS idx_security_alerts_open_once
  ON public.security_alerts (rule, user_id) NULLS NOT DISTINCT
  WHERE status = 'open';

-- Functions and triggers ------------------------------------------------

CREATE OR REPLACE FUNCTION public.log_security_event(
  p_event_type   text,
  p_user_id      uuid,
  p_workspace_id uuid  DEFAULT NULL,
  p_ip_address   inet  DEFAULT NULL,
  p_details      jsonb DEFAULT '{}'::jsonb
)
RETURNS bigint
LANGUAGE sql SECURITY DEFINER
SET search_path = public
AS $$
  INSERT INTO public.security_events
    (event_type, severity, workspace_id, user_id, actor_id, ip_address, details)
  VALUES (
    p_event_type,
    CASE
      WHEN p_event_type IN ('login_failed', 'mfa_failed', 'permission_denied', 'bulk_export') THEN 'warning'
      WHEN p_event_type = 'secret_changed' THEN 'critical'
      ELSE 'info'
    END,
    p_workspace_id,
    p_user_id,
    auth.uid(),
    p_ip_address,
    p_details
  )
  RETURNING id
$$;

CREATE OR REPLACE FUNCTION public.raise_security_alert() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public
AS $$
DECLARE
  v_rule     text;
  v_severity text;
  v_summary  text;
  v_failures integer;
BEGIN
  IF NEW.event_type IN ('login_failed', 'mfa_failed') THEN
    SELECT count(*) INTO v_failures
    FROM public.security_events e
    WHERE e.user_id = NEW.user_id
      AND e.event_type IN ('login_failed', 'mfa_failed')
      AND e.occurred_at > NEW.occurred_at - interval '15 minutes';

    IF v_failures < 5 THEN
      RETURN NULL;
    END IF;
    v_rule     := 'brute_force';
    v_severity := CASE WHEN v_failures >= 20 THEN 'critical' ELSE 'warning' END;
    v_summary  := format('%s failed sign-ins within 15 minutes', v_failures);
  ELSIF NEW.event_type = 'bulk_export' THEN
    v_rule     := 'bulk_export';
    v_severity := 'warning';
    v_summary  := format('%s rows exported', coalesce(NEW.details ->> 'rows', 'unknown number of'));
  ELSE
    v_rule     := 'super_admin_granted';
    v_severity := 'critical';
    v_summary  := 'somebody was made super_admin';
  END IF;

  INSERT INTO public.security_alerts AS a
    (rule, severity, workspace_id, user_id, last_event_id, summary)
  VALUES (v_rule, v_severity, NEW.workspace_id, NEW.user_id, NEW.id, v_summary)
  ON CONFLICT (rule, user_id) WHERE status = 'open' DO UPDATE
  SET event_count   = a.event_count + 1,
      severity      = CASE WHEN excluded.severity = 'critical' THEN 'critical' ELSE a.severity END,
      last_event_id = excluded.last_event_id,
      summary       = excluded.summary;
  RETURN NULL;
END
$$;

CREATE TRIGGER security_events_raise_alert
  AFTER INSERT ON public.security_events
  FOR EACH ROW
  WHEN (
    NEW.event_type IN ('login_failed', 'mfa_failed', 'bulk_export')
    OR (NEW.event_type IN ('role_granted', 'role_changed') AND NEW.details ->> 'role' = 'super_admin')
  )
  EXECUTE FUNCTION public.raise_security_alert();

CREATE OR REPLACE FUNCTION public.watch_role_changes() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    PERFORM public.log_security_event(
      'role_granted', NEW.user_id, NEW.workspace_id, NULL,
      jsonb_build_object('role', NEW.role));
  ELSIF TG_OP = 'DELETE' THEN
    PERFORM public.log_security_event(
      'role_revoked', OLD.user_id, OLD.workspace_id, NULL,
      jsonb_build_object('role', OLD.role));
  ELSIF NEW.role IS DISTINCT FROM OLD.role THEN
    PERFORM public.log_security_event(
      'role_changed', NEW.user_id, NEW.workspace_id, NULL,
      jsonb_build_object('role', NEW.role, 'was', OLD.role));
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER user_roles_watch_changes
  AFTER INSERT OR UPDATE OR DELETE ON public.user_roles
  FOR EACH ROW EXECUTE FUNCTION public.watch_role_changes();

CREATE OR REPLACE FUNCTION public.watch_integration_secrets() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public
AS $$
BEGIN
  PERFORM public.log_security_event(
    'secret_changed', auth.uid(), NEW.workspace_id, NULL,
    jsonb_build_object('integration', NEW.id, 'provider', NEW.provider));
  RETURN NULL;
END
$$;

CREATE TRIGGER integrations_watch_secrets
  AFTER UPDATE OF secret_ref ON public.integrations
  FOR EACH ROW
  WHEN (OLD.secret_ref IS DISTINCT FROM NEW.secret_ref)
  EXECUTE FUNCTION public.watch_integration_secrets();

CREATE TRIGGER security_alerts_updated_at
  BEFORE UPDATE ON public.security_alerts
  FOR EACH ROW EXECUTE FUNCTION public.set_updated_at();

-- Views -----------------------------------------------------------------

CREATE OR REPLACE VIEW public.open_security_alerts
WITH (security_invoker = true) AS
SELECT
  a.id,
  a.rule,
  a.severity,
  a.workspace_id,
  w.name AS workspace_name,
  a.user_id,
  a.event_count,
  a.summary,
  a.created_at,
  now() - a.created_at AS open_for
FROM public.security_alerts a
LEFT JOIN public.workspaces w ON w.id = a.workspace_id
WHERE a.status IN ('open', 'acknowledged');

CREATE OR REPLACE VIEW public.security_event_summary
WITH (security_invoker = true) AS
SELECT
  e.workspace_id,
  e.event_type,
  e.severity,
  date_trunc('day', e.occurred_at) AS day,
  count(*)                         AS events,
  count(DISTINCT e.user_id)        AS users,
  max(e.occurred_at)               AS latest
FROM public.security_events e
GROUP BY e.workspace_id, e.event_type, e.severity, date_trunc('day', e.occurred_at);

COMMENT ON VIEW public.open_security_alerts   IS 'What somebody has to look at, with its workspace.';
COMMENT ON VIEW public.security_event_summary IS 'Events per day; the caller''s policies apply.';

-- Row-level security ----------------------------------------------------

ALTER TABLE public.security_events ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.security_alerts ENABLE ROW LEVEL SECURITY;

CREATE POLICY security_events_super_admin ON public.security_events
  FOR SELECT TO authenticated
  USING (public.is_super_admin());

CREATE POLICY security_events_tenant_admin ON public.security_events
  FOR SELECT TO authenticated
  USING (workspace_id IS NOT NULL AND public.is_tenant_admin(workspace_id));

CREATE POLICY security_alerts_super_admin ON public.security_alerts
  FOR ALL TO authenticated
  USING (public.is_super_admin())
  WITH CHECK (public.is_super_admin());

CREATE POLICY security_alerts_tenant_admin ON public.security_alerts
  FOR SELECT TO authenticated
  USING (workspace_id IS NOT NULL AND public.is_tenant_admin(workspace_id));

REVOKE ALL ON public.security_events, public.security_alerts FROM anon;
REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON public.security_events FROM authenticated;
REVOKE ALL ON FUNCTION public.log_security_event(text, uuid, uuid, inet, jsonb) FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION public.log_security_event(text, uuid, uuid, inet, jsonb) TO service_role;
