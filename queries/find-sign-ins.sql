-- Sign-ins by request id, correlation id, user or address.
--
-- @param who A request id or a correlation id, a user's name or id, or an IP address
SELECT
  _time AS "time",
  _category AS category,
  lower(properties.userPrincipalName) AS "user",
  properties.status.errorCode AS error,
  properties.ipAddress AS ip,
  properties.deviceDetail.displayName AS device,
  properties.appDisplayName AS app,
  properties.id AS request_id,
  correlationId AS correlation_id
FROM entra."*SignInLogs"
WHERE lower($who) IN (
  lower(properties.id),
  lower(properties.originalRequestId),
  lower(correlationId),
  lower(properties.userPrincipalName),
  lower(properties.userId),
  lower(properties.ipAddress)
)
ORDER BY "time"
