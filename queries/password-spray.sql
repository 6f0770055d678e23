-- Addresses from which sign-ins to many users failed.
--
-- One password tried on many accounts stays below what locks any of them.
--
-- @param users = 10 How many users it must have been
-- @param window = 1h Within how long
SELECT
  time_bucket($window::INTERVAL, _time) AS "from",
  properties.ipAddress AS ip,
  count(DISTINCT lower(properties.userPrincipalName)) AS users,
  count(*) AS failures,
  string_agg(DISTINCT lower(properties.userPrincipalName), ' ') AS names
FROM entra."*SignInLogs"
-- No such user, a wrong password, an account that is locked.
WHERE properties.status.errorCode IN (50034, 50126, 50053)
GROUP BY ALL
HAVING users >= $users::INTEGER
ORDER BY users DESC, "from"
