DROP FUNCTION rank_of(numeric, timestamptz);
