-- Who let an application at data.
--
-- An application that a user has consented to reads mail and files without a password or a second factor.
SELECT
  _time AS "time",
  properties.initiatedBy."user".userPrincipalName AS "by",
  properties.initiatedBy."user".ipAddress AS ip,
  properties.targetResources[1].displayName AS application,
  properties.targetResources[1].id AS application_id,
  properties.correlationId AS correlation_id
FROM entra.AuditLogs
WHERE properties.activityDisplayName ILIKE 'Consent to application'
  AND properties.result = 'success'
ORDER BY "time"
