CREATE OR REPLACE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    new.name := coalesce(new.name, 'nobody');
    RETURN new;
END
$$;
