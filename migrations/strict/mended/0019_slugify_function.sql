-- Titles to slugs, the same way everywhere.

CREATE OR REPLACE FUNCTION slugify(title TEXT) RETURNS TEXT
LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT btrim(
        regexp_replace(
            translate(lower(title), 'äöüáàâéèêíìîóòôúùûçñ', 'aouaaaeeeiiiooouuucn'),
            '[^a-z0-9]+', '-', 'g'
        ),
        '-'
    )
$$;

COMMENT ON FUNCTION slugify(TEXT) IS 'Lower case, a hyphen for everything that is no letter or digit.';
