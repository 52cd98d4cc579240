-- GRW-011, second part: the score.
-- Needs user_activity_log, churn_risk_assessments and retention_email_queue of the first part.

-- What the score is made of. Reads only, so that a page can show it without writing.
CREATE OR REPLACE FUNCTION public.churn_risk_factors(p_user_id uuid, p_workspace_id uuid)
RETURNS jsonb
LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public
AS $$
  WITH activity AS (
    SELECT
      max(l.occurred_at) AS last_seen,
      count(*) FILTER (WHERE l.occurred_at >= now() - interval '30 days') AS recent,
      count(*) FILTER (
        WHERE l.occurred_at >= now() - interval '60 days'
          AND l.occurred_at <  now() - interval '30 days'
      ) AS previous
    FROM public.user_activity_log l
    WHERE l.user_id = p_user_id AND l.workspace_id = p_workspace_id
  )
  SELECT jsonb_build_object(
    'days_inactive',
      extract(day FROM now() - coalesce(a.last_seen, p.created_at))::integer,
    'activity_recent',   a.recent,
    'activity_previous', a.previous,
    'onboarded',         p.onboarded_at IS NOT NULL,
    'never_active',      a.last_seen IS NULL
  )
  FROM activity a
  JOIN public.profiles p ON p.id = p_user_id
$$;

CREATE OR REPLACE FUNCTION public.churn_risk_score(p_factors jsonb)
RETURNS integer
LANGUAGE sql IMMUTABLE STRICT
AS $$
  SELECT least(100,
      CASE
        WHEN (p_factors ->> 'days_inactive')::integer >= 60 THEN 60
        WHEN (p_factors ->> 'days_inactive')::integer >= 30 THEN 45
        WHEN (p_factors ->> 'days_inactive')::integer >= 14 THEN 25
        WHEN (p_factors ->> 'days_inactive')::integer >= 7  THEN 10
        ELSE 0
      END
    + CASE
        WHEN (p_factors ->> 'activity_recent')::integer = 0 THEN 20
        WHEN (p_factors ->> 'activity_recent')::integer * 2
           < (p_factors ->> 'activity_previous')::integer THEN 15
        ELSE 0
      END
    + CASE WHEN (p_factors ->> 'onboarded')::boolean THEN 0 ELSE 10 END
    + CASE WHEN (p_factors ->> 'never_active')::boolean THEN 10 ELSE 0 END
  )
$$;

COMMENT ON FUNCTION public.churn_risk_score(jsonb) IS
  '0 to 100 from the factors: inactivity up to 60, decline up to 20, not onboarded 10, never active 10.';

CREATE OR REPLACE FUNCTION public.assess_churn_risk(p_user_id uuid, p_workspace_id uuid)
RETURNS public.churn_risk_assessments
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public
AS $$
DECLARE
  v_factors jsonb;
  v_score   integer;
  v_result  public.churn_risk_assessments;
BEGIN
  -- The backend has no user; a person must administer the workspace.
  IF auth.uid() IS NOT NULL
     AND NOT public.is_super_admin()
     AND NOT public.is_tenant_admin(p_workspace_id)
  THEN
    RAISE EXCEPTION 'not allowed to assess users of workspace %', p_workspace_id
      USING ERRCODE = 'insufficient_privilege';
  END IF;

  IF NOT EXISTS (
    SELECT 1 FROM public.user_roles
    WHERE user_id = p_user_id AND workspace_id = p_workspace_id
  ) THEN
    RAISE EXCEPTION 'user % does not belong to workspace %', p_user_id, p_workspace_id
      USING ERRCODE = 'no_data_found';
  END IF;

  v_factors := public.churn_risk_factors(p_user_id, p_workspace_id);
  v_score   := public.churn_risk_score(v_factors);

  INSERT INTO public.churn_risk_assessments AS a (user_id, workspace_id, risk_score, risk_level, factors)
  VALUES (
    p_user_id,
    p_workspace_id,
    v_score,
    CASE
      WHEN v_score >= 85 THEN 'critical'
      WHEN v_score >= 60 THEN 'high'
      WHEN v_score >= 30 THEN 'medium'
      ELSE 'low'
    END,
    v_factors
  )
  ON CONFLICT ON CONSTRAINT churn_risk_assessments_daily DO UPDATE
  SET risk_score  = excluded.risk_score,
      risk_level  = excluded.risk_level,
      factors     = excluded.factors,
      assessed_at = now()
  RETURNING a.* INTO v_result;

  RETURN v_result;
END
$$;

COMMENT ON FUNCTION public.assess_churn_risk(uuid, uuid) IS
  'Scores one user of one workspace and keeps the result, one per day.';

CREATE OR REPLACE FUNCTION public.queue_retention_email() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public
AS $$
BEGIN
  INSERT INTO public.retention_email_queue (user_id, workspace_id, assessment_id, template)
  VALUES (
    NEW.user_id,
    NEW.workspace_id,
    NEW.id,
    CASE NEW.risk_level WHEN 'critical' THEN 'last_call' ELSE 'we_miss_you' END
  )
  ON CONFLICT (user_id, workspace_id, template) WHERE status = 'pending' DO NOTHING;
  RETURN NULL;
END
$$;

CREATE TRIGGER churn_risk_assessments_queue_email
  AFTER INSERT OR UPDATE OF risk_level ON public.churn_risk_assessments
  FOR EACH ROW
  WHEN (NEW.risk_level IN ('high', 'critical'))
  EXECUTE FUNCTION public.queue_retention_email();

-- Called once a night by the scheduler.
CREATE OR REPLACE FUNCTION public.assess_all_users_churn_risk()
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public
AS $$
DECLARE
  v_member record;
  v_count  integer := 0;
BEGIN
  FOR v_member IN
    SELECT DISTINCT r.user_id, r.workspace_id
    FROM public.user_roles r
    WHERE r.workspace_id IS NOT NULL
    ORDER BY r.workspace_id, r.user_id
  LOOP
    PERFORM public.assess_churn_risk(v_member.user_id, v_member.workspace_id);
    v_count := v_count + 1;
  END LOOP;
  RETURN v_count;
END
$$;

COMMENT ON FUNCTION public.assess_all_users_churn_risk() IS
  'Assesses every member of every workspace and says how many.';

REVOKE ALL ON FUNCTION public.churn_risk_factors(uuid, uuid)   FROM PUBLIC, anon, authenticated;
REVOKE ALL ON FUNCTION public.assess_churn_risk(uuid, uuid)    FROM PUBLIC, anon;
REVOKE ALL ON FUNCTION public.assess_all_users_churn_risk()    FROM PUBLIC, anon, authenticated;
GRANT EXECUTE ON FUNCTION public.churn_risk_factors(uuid, uuid) TO service_role;
GRANT EXECUTE ON FUNCTION public.assess_churn_risk(uuid, uuid)  TO authenticated, service_role;
GRANT EXECUTE ON FUNCTION public.assess_all_users_churn_risk()  TO service_role;
