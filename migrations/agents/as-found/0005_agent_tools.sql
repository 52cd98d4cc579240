-- Which tools an agent may use, and which it tries first.

CREATE TABLE agent_tools (
    agent_id   BIGINT NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
    tool_name  TEXT NOT NULL,
    preference SMALLINT NOT NULL DEFAULT 1,
    settings   JSONB NOT NULL DEFAULT '{}',
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (agent_id, tool_name),
    CONSTRAINT agent_tools_name_check CHECK (tool_name ~ '^[a-z][a-z0-9_.-]*$'),
    CONSTRAINT agent_tools_preference_check CHECK (preference BETWEEN 1 AND 9),
    CONSTRAINT agent_tools_settings_check CHECK (jsonb_typeof(settings) = 'object')
);

COMMENT ON COLUMN agent_tools.preference IS '1 is tried first.';

CREATE INDEX idx_agent_tools_tool ON agent_tools (tool_name, preference);
