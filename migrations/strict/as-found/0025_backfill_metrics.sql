-- Fills the daily metrics from the hourly ones.

INSERT INTO content_metrics_daily (content_id, platform_code, day, impressions, engagements, clicks)
SELECT content_id, platform_code, measured_at::date,
       sum(impressions), sum(reactions + comments + shares), sum(clicks)
FROM content_metrics
GROUP BY content_id, platform_code, measured_at::date;
