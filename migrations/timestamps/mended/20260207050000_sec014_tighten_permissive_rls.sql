-- SEC-014: no policy may say USING (true) to everybody who is signed in.
--
-- Nine tables were open to every signed-in user of every tenant; the pages that show them checked
-- the role, the tables did not. Each gets two policies in place of what it had:
--   <table>_super_admin   our own staff: every row, also those without a workspace
--   <table>_tenant_admin  the administrators of a workspace: the rows of that workspace
-- Members see none of these tables. The backend uses service_role, which no policy holds back.

-- 1. production_metrics -----------------------------------------------
-- Measures are written by the backend with the service role.

DROP POLICY IF EXISTS "Authenticated users can view metrics" ON public.production_metrics;
DROP POLICY IF EXISTS "Authenticated users can record metrics" ON public.production_metrics;

DROP POLICY IF EXISTS production_metrics_super_admin ON public.production_metrics;
CREATE POLICY production_metrics_super_admin ON public.production_metrics
  FOR ALL TO authenticated
  USING (public.is_super_admin())
  WITH CHECK (public.is_super_admin());

DROP POLICY IF EXISTS production_metrics_tenant_admin ON public.production_metrics;
CREATE POLICY production_metrics_tenant_admin ON public.production_metrics
  FOR SELECT TO authenticated
  USING (workspace_id IS NOT NULL AND public.is_tenant_admin(workspace_id));

-- 2. slo_targets ------------------------------------------------------
-- A tenant may promise itself more than we promise.

DROP POLICY IF EXISTS "Authenticated users can manage slo targets" ON public.slo_targets;

DROP POLICY IF EXISTS slo_targets_super_admin ON public.slo_targets;
CREATE POLICY slo_targets_super_admin ON public.slo_targets
  FOR ALL TO authenticated
  USING (public.is_super_admin())
  WITH CHECK (public.is_super_admin());

DROP POLICY IF EXISTS slo_targets_tenant_admin ON public.slo_targets;
CREATE POLICY slo_targets_tenant_admin ON public.slo_targets
  FOR ALL TO authenticated
  USING (workspace_id IS NOT NULL AND public.is_tenant_admin(workspace_id))
  WITH CHECK (workspace_id IS NOT NULL AND public.is_tenant_admin(workspace_id));

-- 3. incidents --------------------------------------------------------
-- Incidents of the whole platform (no workspace) are for our staff.

DROP POLICY IF EXISTS "Authenticated users can manage incidents" ON public.incidents;

DROP POLICY IF EXISTS incidents_super_admin ON public.incidents;
CREATE POLICY incidents_super_admin ON public.incidents
  FOR ALL TO authenticated
  USING (public.is_super_admin())
  WITH CHECK (public.is_super_admin());

DROP POLICY IF EXISTS incidents_tenant_admin ON public.incidents;
CREATE POLICY incidents_tenant_admin ON public.incidents
  FOR SELECT TO authenticated
  USING (workspace_id IS NOT NULL AND public.is_tenant_admin(workspace_id));

-- 4. agent_runs -------------------------------------------------------
-- Runs are made by the backend with the service role.

DROP POLICY IF EXISTS "Authenticated users can manage agent runs" ON public.agent_runs;

DROP POLICY IF EXISTS agent_runs_super_admin ON public.agent_runs;
CREATE POLICY agent_runs_super_admin ON public.agent_runs
  FOR ALL TO authenticated
  USING (public.is_super_admin())
  WITH CHECK (public.is_super_admin());

DROP POLICY IF EXISTS agent_runs_tenant_admin ON public.agent_runs;
CREATE POLICY agent_runs_tenant_admin ON public.agent_runs
  FOR SELECT TO authenticated
  USING (workspace_id IS NOT NULL AND public.is_tenant_admin(workspace_id));

-- 5. usage_events -----------------------------------------------------
-- This is what invoices are made from.

DROP POLICY IF EXISTS "Authenticated users can view usage" ON public.usage_events;
DROP POLICY IF EXISTS "Authenticated users can record usage" ON public.usage_events;

DROP POLICY IF EXISTS usage_events_super_admin ON public.usage_events;
CREATE POLICY usage_events_super_admin ON public.usage_events
  FOR ALL TO authenticated
  USING (public.is_super_admin())
  WITH CHECK (public.is_super_admin());

DROP POLICY IF EXISTS usage_events_tenant_admin ON public.usage_events;
CREATE POLICY usage_events_tenant_admin ON public.usage_events
  FOR SELECT TO authenticated
  USING (workspace_id IS NOT NULL AND public.is_tenant_admin(workspace_id));

-- 6. integrations -----------------------------------------------------
-- The config of a connection belongs to the tenant who made it.

DROP POLICY IF EXISTS "Authenticated users can manage integrations" ON public.integrations;

DROP POLICY IF EXISTS integrations_super_admin ON public.integrations;
CREATE POLICY integrations_super_admin ON public.integrations
  FOR ALL TO authenticated
  USING (public.is_super_admin())
  WITH CHECK (public.is_super_admin());

DROP POLICY IF EXISTS integrations_tenant_admin ON public.integrations;
CREATE POLICY integrations_tenant_admin ON public.integrations
  FOR ALL TO authenticated
  USING (workspace_id IS NOT NULL AND public.is_tenant_admin(workspace_id))
  WITH CHECK (workspace_id IS NOT NULL AND public.is_tenant_admin(workspace_id));

-- 7. webhook_deliveries -----------------------------------------------
-- Payloads hold what the tenant's people wrote.

DROP POLICY IF EXISTS "Authenticated users can view deliveries" ON public.webhook_deliveries;

DROP POLICY IF EXISTS webhook_deliveries_super_admin ON public.webhook_deliveries;
CREATE POLICY webhook_deliveries_super_admin ON public.webhook_deliveries
  FOR ALL TO authenticated
  USING (public.is_super_admin())
  WITH CHECK (public.is_super_admin());

DROP POLICY IF EXISTS webhook_deliveries_tenant_admin ON public.webhook_deliveries;
CREATE POLICY webhook_deliveries_tenant_admin ON public.webhook_deliveries
  FOR SELECT TO authenticated
  USING (workspace_id IS NOT NULL AND public.is_tenant_admin(workspace_id));

-- 8. feature_flags ----------------------------------------------------
-- Flags are set by our staff.

DROP POLICY IF EXISTS "Authenticated users can manage flags" ON public.feature_flags;

DROP POLICY IF EXISTS feature_flags_super_admin ON public.feature_flags;
CREATE POLICY feature_flags_super_admin ON public.feature_flags
  FOR ALL TO authenticated
  USING (public.is_super_admin())
  WITH CHECK (public.is_super_admin());

DROP POLICY IF EXISTS feature_flags_tenant_admin ON public.feature_flags;
CREATE POLICY feature_flags_tenant_admin ON public.feature_flags
  FOR SELECT TO authenticated
  USING (workspace_id IS NOT NULL AND public.is_tenant_admin(workspace_id));

-- 9. audit_log --------------------------------------------------------
-- Nobody writes here but triggers.

DROP POLICY IF EXISTS "Authenticated users can view the audit log" ON public.audit_log;

DROP POLICY IF EXISTS audit_log_super_admin ON public.audit_log;
CREATE POLICY audit_log_super_admin ON public.audit_log
  FOR ALL TO authenticated
  USING (public.is_super_admin())
  WITH CHECK (public.is_super_admin());

DROP POLICY IF EXISTS audit_log_tenant_admin ON public.audit_log;
CREATE POLICY audit_log_tenant_admin ON public.audit_log
  FOR SELECT TO authenticated
  USING (workspace_id IS NOT NULL AND public.is_tenant_admin(workspace_id));

-- Nothing permissive may be left ------------------------------------------
-- Policies made by hand in the dashboard have names that no file knows.

DO $$
DECLARE
  v_tables constant text[] := ARRAY[
    'production_metrics',
    'slo_targets',
    'incidents',
    'agent_runs',
    'usage_events',
    'integrations',
    'webhook_deliveries',
    'feature_flags',
    'audit_log'
  ];
  v_open text;
BEGIN
  SELECT string_agg(format('%I on %I', policyname, tablename), ', ' ORDER BY tablename, policyname)
  INTO v_open
  FROM pg_catalog.pg_policies
  WHERE schemaname = 'public'
    AND tablename = ANY (v_tables)
    AND (qual = 'true' OR with_check = 'true');

  IF v_open IS NOT NULL THEN
    RAISE EXCEPTION 'policies still open to every signed-in user: %', v_open
      USING ERRCODE = 'insufficient_privilege',
            HINT = 'Drop them, or restrict them to a workspace.';
  END IF;
END
$$;

COMMENT ON POLICY production_metrics_tenant_admin ON public.production_metrics IS
  'SEC-014: an administrator sees the measures of the workspace, and of no other.';
