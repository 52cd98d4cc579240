DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM lines l WHERE l.total < 0) THEN
        RAISE EXCEPTION 'negative';
    END IF;
END
$$;
