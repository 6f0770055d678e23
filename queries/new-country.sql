-- Users who signed in from a country from which they had not before.
--
-- It knows no more than the time that is asked for: ask for a month, --from 30d.
--
-- @param known = 1d For how long a user must have been seen before
WITH countries AS (
  SELECT
    lower(properties.userPrincipalName) AS "user",
    properties.location.countryOrRegion AS country,
    min(_time) AS first_seen,
    arg_min(properties.ipAddress, _time) AS ip,
    arg_min(properties.appDisplayName, _time) AS app
  FROM entra.SignInLogs
  WHERE properties.status.errorCode = 0 AND country <> ''
  GROUP BY ALL
)
SELECT first_seen AS "time", "user", country, ip, app
FROM countries
QUALIFY first_seen >= min(first_seen) OVER (PARTITION BY "user") + $known::INTERVAL
ORDER BY "time"
