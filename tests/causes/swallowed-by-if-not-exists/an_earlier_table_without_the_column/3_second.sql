CREATE TABLE IF NOT EXISTS plugin_configs (id int, scope text NOT NULL DEFAULT 'global');
CREATE UNIQUE INDEX plugin_configs_global ON plugin_configs (id) WHERE scope = 'global';