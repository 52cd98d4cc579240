CREATE FUNCTION rank_of(score numeric, at timestamp) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT 1';
CREATE INDEX posts_by_rank ON posts (rank_of(score, at));
