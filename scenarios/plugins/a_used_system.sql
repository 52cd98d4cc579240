-- Rows of a system that has been in use for a while: two tenants, people, a sheet with records, an approval that went
-- through, and two plugins in the catalogue.

INSERT INTO tenants (id, slug, name, plan) VALUES
    ('10000000-0000-4000-8000-000000000001', 'north-mill', 'North Mill Furniture', 'team'),
    ('10000000-0000-4000-8000-000000000002', 'harbour', 'Harbour Clinic', 'free');

INSERT INTO users (id, tenant_id, email, display_name, status) VALUES
    ('20000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', 'ada@north-mill.example', 'Ada', 'active'),
    ('20000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001', 'bao@north-mill.example', 'Bao', 'active'),
    ('20000000-0000-4000-8000-000000000003', '10000000-0000-4000-8000-000000000002', 'carla@harbour.example', 'Carla', 'invited');

INSERT INTO user_roles (user_id, role_id)
SELECT '20000000-0000-4000-8000-000000000001', id FROM roles WHERE name = 'owner';

INSERT INTO departments (id, tenant_id, parent_id, name, code, head_id) VALUES
    ('30000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001', NULL, 'Works', 'W', NULL),
    ('30000000-0000-4000-8000-000000000002', '10000000-0000-4000-8000-000000000001',
     '30000000-0000-4000-8000-000000000001', 'Carpentry', 'W-C', '20000000-0000-4000-8000-000000000001');
INSERT INTO department_members (department_id, user_id) VALUES
    ('30000000-0000-4000-8000-000000000002', '20000000-0000-4000-8000-000000000002');

INSERT INTO workspaces (id, tenant_id, owner_id, name) VALUES
    ('40000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001',
     '20000000-0000-4000-8000-000000000001', 'Orders');
INSERT INTO sheets (id, tenant_id, workspace_id, name, created_by) VALUES
    ('50000000-0000-4000-8000-000000000001', '10000000-0000-4000-8000-000000000001',
     '40000000-0000-4000-8000-000000000001', 'Orders 2026', '20000000-0000-4000-8000-000000000001');
INSERT INTO fields (sheet_id, key, name, kind, is_primary) VALUES
    ('50000000-0000-4000-8000-000000000001', 'fldArticle', 'Article', 'text', TRUE),
    ('50000000-0000-4000-8000-000000000001', 'fldPieces', 'Pieces', 'number', FALSE);
INSERT INTO records (id, sheet_id, number, data, created_by)
SELECT ('60000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, '50000000-0000-4000-8000-000000000001', n,
       jsonb_build_object('fldArticle', 'Chair no. ' || n, 'fldPieces', n * 3), '20000000-0000-4000-8000-000000000002'
FROM generate_series(1, 20) n;
INSERT INTO sheet_grants (sheet_id, department_id, access, granted_by) VALUES
    ('50000000-0000-4000-8000-000000000001', '30000000-0000-4000-8000-000000000001', 'write',
     '20000000-0000-4000-8000-000000000001');

INSERT INTO comments (record_id, author_id, body) VALUES
    ('60000000-0000-4000-8000-000000000003', '20000000-0000-4000-8000-000000000001', 'Oak, not beech.');
INSERT INTO approval_definitions (id, sheet_id, name) VALUES
    ('70000000-0000-4000-8000-000000000001', '50000000-0000-4000-8000-000000000001', 'Large orders');
INSERT INTO approval_steps (definition_id, step_number, approver_kind) VALUES
    ('70000000-0000-4000-8000-000000000001', 1, 'department_head');
INSERT INTO approval_instances (definition_id, record_id, state, requested_by, finished_at) VALUES
    ('70000000-0000-4000-8000-000000000001', '60000000-0000-4000-8000-000000000020', 'approved',
     '20000000-0000-4000-8000-000000000002', NOW());

INSERT INTO plugin_manifests (id, plugin_key, version, display_name, manifest, is_published) VALUES
    ('80000000-0000-4000-8000-000000000001', 'calendar-sync', '1.4.0', 'Calendar sync', '{"main": "index.js"}', TRUE),
    ('80000000-0000-4000-8000-000000000002', 'resource-planner', '0.9.2', 'Resource planner', '{"main": "plan.js"}', TRUE);
INSERT INTO plugin_dependencies (manifest_id, dependency_key, dependency_type, version_constraint) VALUES
    ('80000000-0000-4000-8000-000000000002', 'calendar-sync', 'required', '^1.2'),
    ('80000000-0000-4000-8000-000000000002', 'old-planner', 'conflicts', NULL);
INSERT INTO plugin_installs (tenant_id, manifest_id, installed_by) VALUES
    ('10000000-0000-4000-8000-000000000001', '80000000-0000-4000-8000-000000000001', '20000000-0000-4000-8000-000000000001');
