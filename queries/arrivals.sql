-- How many records came in, by hour and category, and what they take.
--
-- Of the hours in which the hub took them in, by what the blobs say of themselves: nothing is read but a listing. By the hour in which
-- things happened, ask `volume`.
--
-- @param step = 1h How long a span of time is
SELECT
  time_bucket($step::INTERVAL, hour) AS "from",
  category,
  sum(records)::BIGINT AS records,
  sum(bytes)::BIGINT AS bytes,
  count(*) AS blobs
FROM archive.blobs
GROUP BY ALL
ORDER BY "from", category
