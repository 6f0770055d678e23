-- How many records there were, by hour and category.
--
-- By the time at which things happened. By the time at which they came in, for which nothing has to be read, ask `arrivals`.
--
-- @param step = 1h How long a span of time is
SELECT time_bucket($step::INTERVAL, _time) AS "from", _category AS category, count(*) AS records
FROM (
  SELECT _time, _category FROM activity."*"
  UNION ALL SELECT _time, _category FROM defender."*"
  UNION ALL SELECT _time, _category FROM entra."*"
  UNION ALL SELECT _time, _category FROM github."*"
  UNION ALL SELECT _time, _category FROM intune."*"
)
GROUP BY ALL
ORDER BY "from", category
