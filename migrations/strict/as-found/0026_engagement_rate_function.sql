-- One definition of the rate, so that two dashboards never show two numbers.

CREATE OR REPLACE FUNCTION engagement_rate(engagements BIGINT, impressions BIGINT) RETURNS NUMERIC
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN impressions IS NULL OR impressions <= 0 THEN NULL
        ELSE round(coalesce(engagements, 0)::numeric / impressions, 4)
    END
$$;

COMMENT ON FUNCTION engagement_rate(BIGINT, BIGINT) IS 'NULL where nobody saw it.';
