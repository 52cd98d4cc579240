-- Metrics of a day in one row; the dashboard reads nothing else.

CREATE TABLE content_metrics_daily (
    content_id    UUID NOT NULL REFERENCES content (id) ON DELETE CASCADE,
    platform_code TEXT NOT NULL REFERENCES platforms (code),
    day           DATE NOT NULL,
    impressions   BIGINT NOT NULL DEFAULT 0,
    engagements   BIGINT NOT NULL DEFAULT 0,
    clicks        BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (content_id, platform_code, day)
);

CREATE VIEW content_reach AS
SELECT content_id,
       sum(impressions) AS impressions,
       sum(engagements) AS engagements,
       min(day) AS first_day,
       max(day) AS last_day
FROM content_metrics_daily
GROUP BY content_id;

COMMENT ON VIEW content_reach IS 'All platforms and days of a piece of content together.';

-- Added after the release: the file had been applied by then.
ALTER TABLE content_metrics_daily ADD COLUMN IF NOT EXISTS rate NUMERIC(6, 4);
CREATE INDEX IF NOT EXISTS idx_content_metrics_daily_day ON content_metrics_daily (day);
