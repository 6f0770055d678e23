-- Sign-ins, and what stands around them: by user, device, address or correlation id, in every product.
--
-- `sluice sign-in` prints it as a timeline.
--
-- @param who A request id or a correlation id, a user's name or id, or an IP address
-- @param window = 30m How long before and after each sign-in
WITH signed AS (
  SELECT
    _time AS signed_at,
    _line AS line,
    nullif(lower(properties.userPrincipalName), '') AS upn,
    nullif(lower(properties.userId), '') AS user_id,
    nullif(lower(properties.deviceDetail.displayName), '') AS device,
    nullif(properties.ipAddress, '') AS ip,
    nullif(correlationId, '') AS correlation
  FROM entra."*SignInLogs"
  WHERE lower($who) IN (
    lower(properties.id),
    lower(properties.originalRequestId),
    lower(correlationId),
    lower(properties.userPrincipalName),
    lower(properties.userId),
    lower(properties.ipAddress)
  )
),
span AS (
  SELECT min(signed_at) - $window::INTERVAL AS begins, max(signed_at) + $window::INTERVAL AS ends FROM signed
),
events AS (
  SELECT
    _time, _category, _line,
    properties.userPrincipalName AS upn,
    properties.userId AS user_id,
    properties.deviceDetail.displayName AS device,
    properties.ipAddress AS ip,
    correlationId AS correlation,
    concat_ws(' ', 'Sign-in to', properties.appDisplayName) AS what,
    CASE
      WHEN resultType = '0' THEN 'success'
      ELSE concat_ws(' ', 'failed', resultType, resultDescription)
    END AS result
  FROM entra."*SignInLogs"
  UNION ALL
  SELECT
    _time, _category, _line,
    coalesce(properties.initiatedBy."user".userPrincipalName, properties.targetResources[1].userPrincipalName),
    coalesce(properties.initiatedBy."user".id, properties.targetResources[1].id),
    NULL,
    properties.initiatedBy."user".ipAddress,
    properties.correlationId,
    concat_ws(' ', properties.activityDisplayName, '→', properties.targetResources[1].userPrincipalName),
    properties.result
  FROM entra.AuditLogs
  UNION ALL
  SELECT
    _time, _category, _line,
    properties.userPrincipalName,
    properties.id,
    NULL, NULL, NULL,
    concat_ws(' ', 'User at risk:', properties.riskLevel),
    properties.riskState
  FROM entra.RiskyUsers
  UNION ALL
  SELECT
    _time, _category, _line,
    properties.userPrincipalName,
    properties.userId,
    NULL,
    properties.ipAddress,
    properties.correlationId,
    concat_ws(' ', 'Risk detected:', properties.riskEventType),
    properties.riskLevel
  FROM entra.UserRiskEvents
  UNION ALL
  SELECT
    _time, _category, _line,
    coalesce(properties.Actor.UPN, identity),
    NULL,
    properties.TargetDisplayNames[1],
    NULL,
    correlationId,
    operationName,
    resultType
  FROM intune.AuditLogs
  UNION ALL
  SELECT
    _time, _category, _line,
    NULL,
    properties.IntuneUserId,
    coalesce(properties.DeviceHostName, properties.DeviceName),
    NULL, NULL,
    concat_ws(' ', coalesce(properties.AlertDisplayName, operationName), properties.FailureReason),
    resultType
  FROM intune.OperationalLogs
  UNION ALL
  SELECT
    _time, _category, _line,
    properties.UPN,
    NULL,
    properties.DeviceName,
    NULL, NULL,
    'Device reported',
    properties.CompliantState
  FROM intune.Devices
  UNION ALL
  SELECT
    _time, _category, _line,
    properties.AccountUpn,
    properties.AccountObjectId,
    -- Defender names a device with its domain.
    split_part(properties.DeviceName, '.', 1),
    coalesce(properties.IPAddress, properties.RemoteIP, properties.PublicIP),
    NULL,
    concat_ws(
      ' ',
      coalesce(properties.Title, properties.ActionType, 'Record of the device'),
      coalesce(properties.ProcessCommandLine, properties.FileName, properties.RemoteUrl)
    ),
    properties.Severity
  FROM defender."*"
  UNION ALL
  SELECT
    _time, _category, _line,
    _record->>'/identity/claims/http:~1~1schemas.xmlsoap.org~1ws~12005~105~1identity~1claims~1upn',
    _record->>'/identity/claims/http:~1~1schemas.microsoft.com~1identity~1claims~1objectidentifier',
    NULL,
    callerIpAddress,
    correlationId,
    concat_ws(' ', lower(operationName), split_part(lower(resourceId), '/', -1)),
    resultType
  FROM activity."*"
),
linked AS (
  SELECT
    event.* EXCLUDE (_line),
    -- A record that was delivered twice is one event.
    any_value(event._line) AS line,
    bool_or(event._line = signed.line) AS is_sign_in,
    bool_or(coalesce(event.correlation = signed.correlation, false)) AS by_correlation,
    bool_or(coalesce(lower(event.upn) = signed.upn OR lower(event.user_id) = signed.user_id, false)) AS by_user,
    bool_or(coalesce(lower(event.device) = signed.device, false)) AS by_device,
    bool_or(coalesce(event.ip = signed.ip, false)) AS by_ip
  FROM (SELECT * FROM events WHERE _time BETWEEN (SELECT begins FROM span) AND (SELECT ends FROM span)) AS event
  JOIN signed
    ON event._time BETWEEN signed.signed_at - $window::INTERVAL AND signed.signed_at + $window::INTERVAL
    AND (
      event.correlation = signed.correlation
      OR lower(event.upn) = signed.upn
      OR lower(event.user_id) = signed.user_id
      OR lower(event.device) = signed.device
      OR event.ip = signed.ip
    )
  GROUP BY ALL
)
SELECT
  _time AS "time",
  _category AS category,
  CASE
    WHEN is_sign_in THEN 'sign-in'
    ELSE concat_ws(
      ', ',
      CASE WHEN by_correlation THEN 'correlation' END,
      CASE WHEN by_user THEN 'user' END,
      CASE WHEN by_device THEN 'device' END,
      CASE WHEN by_ip THEN 'ip' END
    )
  END AS why,
  what,
  result,
  upn AS "user",
  device,
  ip,
  correlation
FROM linked
ORDER BY "time", category, what
