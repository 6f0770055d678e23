-- Users whose password was wrong several times, and then right.
--
-- Somebody may have guessed it. Look at whether the address and the country of the success are the user's own.
--
-- @param failures = 5 How many failures there must have been
-- @param window = 10m Within how long before the success
WITH sign_ins AS (
  SELECT
    _time,
    lower(properties.userPrincipalName) AS "user",
    properties.status.errorCode AS error,
    properties.ipAddress AS ip,
    properties.location.countryOrRegion AS country
  FROM entra.SignInLogs
)
SELECT
  success._time AS "time",
  success."user",
  count(*) AS failures,
  min(failure._time) AS first_failure,
  success.ip,
  success.country,
  string_agg(DISTINCT failure.ip, ' ') AS failed_from
FROM sign_ins AS success
JOIN sign_ins AS failure
  ON failure."user" = success."user"
  AND failure._time < success._time
  AND failure._time >= success._time - $window::INTERVAL
WHERE success.error = 0
  -- A wrong password, and an account that is locked for too many of them.
  AND failure.error IN (50126, 50053)
GROUP BY ALL
HAVING count(*) >= $failures::INTEGER
ORDER BY "time"
