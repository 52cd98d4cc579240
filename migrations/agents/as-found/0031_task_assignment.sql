-- Gives a task to the agent of its project that has the least to do.

CREATE FUNCTION assign_task(wanted BIGINT, lowest_tier INTEGER DEFAULT 1) RETURNS BIGINT
LANGUAGE plpgsql AS $$
DECLARE
    chosen BIGINT;
BEGIN
    SELECT w.agent_id INTO chosen
    FROM agent_workload w
    JOIN work_items i ON i.project_id = w.project_id
    JOIN tasks t ON t.work_item_id = i.id
    WHERE t.id = wanted AND w.tier >= lowest_tier
    ORDER BY w.open_hours, w.open_tasks, w.tier, w.agent_id
    LIMIT 1;

    IF chosen IS NULL THEN
        RAISE EXCEPTION 'no agent of tier % or above for task %', lowest_tier, wanted
            USING ERRCODE = 'no_data_found';
    END IF;

    UPDATE tasks
    SET assigned_agent_id = chosen,
        status = CASE status WHEN 'proposed' THEN 'accepted' ELSE status END
    WHERE id = wanted;
    RETURN chosen;
END
$$;

ALTER TABLE tasks ADD COLUMN assigned_at TIMESTAMPTZ;

UPDATE tasks SET assigned_at = updated_at WHERE assigned_agent_id IS NOT NULL;

CREATE FUNCTION stamp_assignment() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.assigned_agent_id IS DISTINCT FROM OLD.assigned_agent_id THEN
        NEW.assigned_at := CASE WHEN NEW.assigned_agent_id IS NULL THEN NULL ELSE now() END;
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER tasks_stamp_assignment
    BEFORE INSERT OR UPDATE OF assigned_agent_id ON tasks
    FOR EACH ROW EXECUTE FUNCTION stamp_assignment();
