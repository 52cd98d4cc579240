-- Turning an idea into a work item is one step, with its tags.

CREATE FUNCTION convert_idea(wanted BIGINT, wanted_kind TEXT DEFAULT 'feature') RETURNS BIGINT
LANGUAGE plpgsql AS $$
DECLARE
    idea ideas%ROWTYPE;
    new_id BIGINT;
BEGIN
    SELECT * INTO idea FROM ideas WHERE id = wanted FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no idea %', wanted USING ERRCODE = 'no_data_found';
    END IF;
    IF idea.status IN ('converted', 'rejected') THEN
        RAISE EXCEPTION 'idea % is % already', wanted, idea.status USING ERRCODE = 'check_violation';
    END IF;

    INSERT INTO work_items (project_id, title, description, kind)
    VALUES (idea.project_id, idea.title, idea.body, wanted_kind)
    RETURNING id INTO new_id;

    INSERT INTO work_item_tags (work_item_id, tag_id)
    SELECT new_id, tag_id FROM idea_tags WHERE idea_id = wanted;

    UPDATE ideas SET status = 'converted', work_item_id = new_id WHERE id = wanted;
    RETURN new_id;
END
$$;

COMMENT ON FUNCTION convert_idea(BIGINT, TEXT) IS 'Makes a work item of an idea and returns its id.';
