-- What we measure in production, what we promised, and when we did not keep it.

CREATE TABLE public.production_metrics (
  id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  workspace_id  uuid REFERENCES public.workspaces (id) ON DELETE CASCADE,
  metric_name   text NOT NULL CHECK (metric_name ~ '^[a-z][a-z0-9_.]*$'),
  metric_value  double precision NOT NULL,
  unit          text NOT NULL DEFAULT 'count'
                CHECK (unit IN ('count', 'ms', 'percent', 'usd', 'bytes')),
  labels        jsonb NOT NULL DEFAULT '{}'::jsonb,
  recorded_at   timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT production_metrics_percent
    CHECK (unit <> 'percent' OR metric_value BETWEEN 0 AND 100)
);

COMMENT ON COLUMN public.production_metrics.workspace_id IS
  'NULL: a measure of the whole platform, for our own staff only.';

CREATE INDEX idx_production_metrics_series
  ON public.production_metrics (workspace_id, metric_name, recorded_at DESC);
CREATE INDEX idx_production_metrics_labels
  ON public.production_metrics USING gin (labels jsonb_path_ops);

CREATE TABLE public.slo_targets (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id  uuid REFERENCES public.workspaces (id) ON DELETE CASCADE,
  metric_name   text NOT NULL,
  comparison    text NOT NULL DEFAULT '<=' CHECK (comparison IN ('<=', '>=')),
  target        double precision NOT NULL,
  window_days   integer NOT NULL DEFAULT 30 CHECK (window_days BETWEEN 1 AND 365),
  created_at    timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT slo_targets_once UNIQUE NULLS NOT DISTINCT (workspace_id, metric_name, window_days)
);

INSERT INTO public.slo_targets (workspace_id, metric_name, comparison, target, window_days) VALUES
  (NULL, 'chat.latency_p95',  '<=', 2500, 30),
  (NULL, 'api.availability',  '>=', 99.5, 30),
  (NULL, 'ingest.error_rate', '<=', 1,    7);

CREATE TABLE public.incidents (
  id            uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  workspace_id  uuid REFERENCES public.workspaces (id) ON DELETE CASCADE,
  slo_target_id uuid REFERENCES public.slo_targets (id) ON DELETE SET NULL,
  severity      text NOT NULL CHECK (severity IN ('minor', 'major', 'critical')),
  summary       text NOT NULL,
  opened_at     timestamptz NOT NULL DEFAULT now(),
  resolved_at   timestamptz,
  postmortem    text,
  CONSTRAINT incidents_in_order CHECK (resolved_at IS NULL OR resolved_at >= opened_at)
);

CREATE INDEX idx_incidents_open ON public.incidents (severity, opened_at DESC)
  WHERE resolved_at IS NULL;

ALTER TABLE public.production_metrics ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.slo_targets        ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.incidents          ENABLE ROW LEVEL SECURITY;

CREATE POLICY "Authenticated users can view metrics" ON public.production_metrics
  FOR SELECT TO authenticated USING (true);

CREATE POLICY "Authenticated users can record metrics" ON public.production_metrics
  FOR INSERT TO authenticated WITH CHECK (true);

CREATE POLICY "Authenticated users can manage slo targets" ON public.slo_targets
  FOR ALL TO authenticated USING (true) WITH CHECK (true);

CREATE POLICY "Authenticated users can manage incidents" ON public.incidents
  FOR ALL TO authenticated USING (true) WITH CHECK (true);
