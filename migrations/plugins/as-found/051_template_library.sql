-- 051: the first templates that every tenant finds in the library.

INSERT INTO templates (key, name, category, description, body, is_published) VALUES
    ('project-tracker', 'Project tracker', 'projects', 'Tasks, people, dates, a board and a calendar',
     '{"fields": [{"name": "Task", "kind": "text"}, {"name": "Owner", "kind": "person"},
                  {"name": "State", "kind": "single_select"}, {"name": "Due", "kind": "date"}],
       "views": ["grid", "kanban", "calendar"]}', TRUE),
    ('leave-requests', 'Leave requests', 'people', 'A form, and an approval by the head of the department',
     '{"fields": [{"name": "Person", "kind": "person"}, {"name": "From", "kind": "date"},
                  {"name": "To", "kind": "date"}, {"name": "Department", "kind": "department"}],
       "views": ["grid", "form"], "approvals": ["department_head"]}', TRUE),
    ('inventory', 'Inventory', 'operations', 'Articles, places, quantities',
     '{"fields": [{"name": "Article", "kind": "text"}, {"name": "Place", "kind": "single_select"},
                  {"name": "Quantity", "kind": "number"}, {"name": "Photo", "kind": "attachment"}],
       "views": ["grid", "gallery"]}', TRUE),
    ('invoices', 'Invoices', 'finance', 'Customers, amounts, due dates',
     '{"fields": [{"name": "Number", "kind": "auto_number"}, {"name": "Customer", "kind": "link"},
                  {"name": "Amount", "kind": "currency"}, {"name": "Due", "kind": "date"}],
       "views": ["grid"]}', TRUE);

ALTER TABLE templates ADD COLUMN preview_attachment_id UUID REFERENCES attachments(id) ON DELETE SET NULL;

CREATE OR REPLACE VIEW template_library AS
SELECT t.id, t.key, t.name, t.category, t.description, jsonb_array_length(t.body -> 'fields') AS field_count,
       count(u.id) AS use_count
FROM templates t
LEFT JOIN template_uses u ON u.template_id = t.id
WHERE t.is_published
GROUP BY t.id;
