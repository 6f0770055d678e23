-- Whoever deleted many of Azure's resources in a short time.
--
-- @param resources = 10 How many it must have been
-- @param window = 1h Within how long
SELECT
  time_bucket($window::INTERVAL, _time) AS "from",
  _record->>'/identity/claims/http:~1~1schemas.xmlsoap.org~1ws~12005~105~1identity~1claims~1upn' AS "by",
  string_agg(DISTINCT callerIpAddress, ' ') AS ip,
  count(DISTINCT lower(resourceId)) AS resources
FROM activity.Administrative
WHERE operationName ILIKE '%/delete' AND resultType ILIKE 'Succe%'
GROUP BY ALL
HAVING resources >= $resources::INTEGER
ORDER BY "from"
