CREATE DOMAIN name_text AS text NOT NULL;
CREATE TABLE inbox (id int, name text);
CREATE TABLE things (id int, name name_text);
CREATE FUNCTION pass_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO things VALUES (new.id, new.name::name_text);
    RETURN new;
END
$$;
CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RETURN new;
END
$$;
CREATE TRIGGER a_fill BEFORE INSERT ON inbox FOR EACH ROW EXECUTE FUNCTION fill();
CREATE TRIGGER b_pass_on BEFORE INSERT ON inbox FOR EACH ROW EXECUTE FUNCTION pass_on();
