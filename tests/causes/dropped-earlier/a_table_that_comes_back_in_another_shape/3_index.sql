CREATE INDEX visits_by_day ON visits (day);
