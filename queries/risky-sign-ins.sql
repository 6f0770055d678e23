-- Sign-ins that were risky, and let in with a password alone.
--
-- A second factor would have stopped whoever has stolen the password.
SELECT
  _time AS "time",
  lower(properties.userPrincipalName) AS "user",
  properties.riskLevelDuringSignIn AS risk,
  properties.riskEventTypes_v2 AS reasons,
  properties.ipAddress AS ip,
  properties.location.countryOrRegion AS country,
  properties.appDisplayName AS app,
  properties.id AS request_id
FROM entra.SignInLogs
WHERE properties.status.errorCode = 0
  AND properties.riskLevelDuringSignIn IN ('medium', 'high')
  AND properties.authenticationRequirement = 'singleFactorAuthentication'
ORDER BY "time"
