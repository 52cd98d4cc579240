CREATE FUNCTION rank_of(score numeric, at timestamptz) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
CREATE TABLE posts (score int, at timestamptz);
