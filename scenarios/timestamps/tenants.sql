-- Two tenants as they are on the day of the deployment, and one of our own staff.
-- Acme (a…) has an administrator, a busy member and one who has gone quiet; Birch (b…) has an administrator.
-- Runs after the deployed migrations; needs nothing of the pending ones.

INSERT INTO public.workspaces (id, name, slug, plan) VALUES
  ('a0000000-0000-4000-8000-000000000000', 'Acme Ltd',      'acme',  'business'),
  ('b0000000-0000-4000-8000-000000000000', 'Birch & Partners', 'birch', 'team');

-- The trigger on auth.users makes the profiles.
INSERT INTO auth.users (id, email, raw_user_meta_data, created_at) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'ada@acme.test',
   '{"workspace_id": "a0000000-0000-4000-8000-000000000000", "full_name": "Ada Admin"}', now() - interval '200 days'),
  ('a0000000-0000-4000-8000-000000000002', 'max@acme.test',
   '{"workspace_id": "a0000000-0000-4000-8000-000000000000", "full_name": "Max Member"}', now() - interval '180 days'),
  ('a0000000-0000-4000-8000-000000000003', 'quinn@acme.test',
   '{"workspace_id": "a0000000-0000-4000-8000-000000000000", "full_name": "Quinn Quiet"}', now() - interval '150 days'),
  ('b0000000-0000-4000-8000-000000000001', 'bo@birch.test',
   '{"workspace_id": "b0000000-0000-4000-8000-000000000000", "full_name": "Bo Admin"}', now() - interval '90 days'),
  ('50000000-0000-4000-8000-000000000001', 'sam@staff.test',
   '{"full_name": "Sam Staff"}', now() - interval '400 days');

UPDATE public.profiles
SET onboarded_at = now() - interval '60 days'
WHERE email IN ('ada@acme.test', 'max@acme.test', 'bo@birch.test', 'sam@staff.test');

INSERT INTO public.user_roles (user_id, workspace_id, role) VALUES
  ('a0000000-0000-4000-8000-000000000001', 'a0000000-0000-4000-8000-000000000000', 'tenant_admin'),
  ('a0000000-0000-4000-8000-000000000002', 'a0000000-0000-4000-8000-000000000000', 'member'),
  ('a0000000-0000-4000-8000-000000000003', 'a0000000-0000-4000-8000-000000000000', 'member'),
  ('b0000000-0000-4000-8000-000000000001', 'b0000000-0000-4000-8000-000000000000', 'tenant_admin'),
  ('50000000-0000-4000-8000-000000000001', NULL,                                   'super_admin');

-- Three measures of Acme, two of Birch, one of the whole platform.
INSERT INTO public.production_metrics (workspace_id, metric_name, metric_value, unit, recorded_at) VALUES
  ('a0000000-0000-4000-8000-000000000000', 'chat.latency_p95',  1840, 'ms',      now() - interval '2 hours'),
  ('a0000000-0000-4000-8000-000000000000', 'chat.latency_p95',  1910, 'ms',      now() - interval '1 hour'),
  ('a0000000-0000-4000-8000-000000000000', 'ingest.error_rate', 0.4,  'percent', now() - interval '1 hour'),
  ('b0000000-0000-4000-8000-000000000000', 'chat.latency_p95',  2210, 'ms',      now() - interval '1 hour'),
  ('b0000000-0000-4000-8000-000000000000', 'ingest.error_rate', 0,    'percent', now() - interval '1 hour'),
  (NULL,                                   'api.availability',  99.9, 'percent', now() - interval '1 hour');

INSERT INTO public.conversations (id, workspace_id, user_id, title, created_at) VALUES
  ('a0000000-0000-4000-8000-0000000000c1', 'a0000000-0000-4000-8000-000000000000',
   'a0000000-0000-4000-8000-000000000002', 'Prices of spare parts', now() - interval '40 days'),
  ('a0000000-0000-4000-8000-0000000000c2', 'a0000000-0000-4000-8000-000000000000',
   'a0000000-0000-4000-8000-000000000003', 'First steps', now() - interval '120 days'),
  ('b0000000-0000-4000-8000-0000000000c1', 'b0000000-0000-4000-8000-000000000000',
   'b0000000-0000-4000-8000-000000000001', 'Quarterly report', now() - interval '5 days');

INSERT INTO public.messages (conversation_id, workspace_id, user_id, role, content, created_at) VALUES
  ('a0000000-0000-4000-8000-0000000000c1', 'a0000000-0000-4000-8000-000000000000',
   'a0000000-0000-4000-8000-000000000002', 'user', 'What does the pump AX-4711 cost?', now() - interval '40 days'),
  ('a0000000-0000-4000-8000-0000000000c1', 'a0000000-0000-4000-8000-000000000000',
   NULL, 'assistant', 'The pump AX-4711 costs 1,234.50 EUR (price list, page 3).', now() - interval '40 days'),
  ('a0000000-0000-4000-8000-0000000000c1', 'a0000000-0000-4000-8000-000000000000',
   'a0000000-0000-4000-8000-000000000002', 'user', 'And the seal kit?', now() - interval '3 days'),
  ('a0000000-0000-4000-8000-0000000000c1', 'a0000000-0000-4000-8000-000000000000',
   NULL, 'assistant', 'The seal kit is not in the price list.', now() - interval '3 days'),
  ('a0000000-0000-4000-8000-0000000000c2', 'a0000000-0000-4000-8000-000000000000',
   'a0000000-0000-4000-8000-000000000003', 'user', 'How do I upload a document?', now() - interval '120 days'),
  ('b0000000-0000-4000-8000-0000000000c1', 'b0000000-0000-4000-8000-000000000000',
   'b0000000-0000-4000-8000-000000000001', 'user', 'Summarise the third quarter.', now() - interval '5 days');

INSERT INTO public.documents (id, workspace_id, uploaded_by, title, mime_type, byte_size, status) VALUES
  ('a0000000-0000-4000-8000-0000000000d1', 'a0000000-0000-4000-8000-000000000000',
   'a0000000-0000-4000-8000-000000000001', 'Price list 2026', 'application/pdf', 482133, 'ready'),
  ('b0000000-0000-4000-8000-0000000000d1', 'b0000000-0000-4000-8000-000000000000',
   'b0000000-0000-4000-8000-000000000001', 'Third quarter', 'application/pdf', 90112, 'ready');

INSERT INTO public.document_chunks (document_id, chunk_index, page_number, content, token_count) VALUES
  ('a0000000-0000-4000-8000-0000000000d1', 0, 1, 'Price list of Acme Ltd, valid from January 2026.', 11),
  ('a0000000-0000-4000-8000-0000000000d1', 1, 3, 'Pump AX-4711 with motor: 1,234.50 EUR. Pump AX-4712 without motor: 980.00 EUR.', 24),
  ('b0000000-0000-4000-8000-0000000000d1', 0, 1, 'Revenue of the third quarter was 1,250,000 EUR.', 12);
