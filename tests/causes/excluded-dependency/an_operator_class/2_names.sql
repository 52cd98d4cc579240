CREATE TABLE names (name text);
CREATE INDEX names_by_parts ON names USING gin (name gin_trgm_ops);
