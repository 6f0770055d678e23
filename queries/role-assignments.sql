-- Who gave a role to whom, in Entra ID and on Azure's resources.
--
-- Of Azure, only what has succeeded; a role there is an id, of which `az role definition list` knows the name.
SELECT
  _time AS "time",
  coalesce(
    properties.initiatedBy."user".userPrincipalName,
    properties.initiatedBy.app.displayName
  ) AS "by",
  properties.activityDisplayName AS what,
  properties.targetResources[1].userPrincipalName AS target,
  -- A list of names that are JSON texts themselves.
  list_transform(
    list_filter(
      properties.targetResources[1].modifiedProperties,
      lambda change: change.displayName = 'Role.DisplayName'
    ),
    lambda change: trim(change.newValue, '"')
  )[1] AS role
FROM entra.AuditLogs
WHERE properties.category = 'RoleManagement'
  AND properties.activityDisplayName ILIKE 'Add %'
  AND properties.result = 'success'
UNION ALL
SELECT
  _time,
  _record->>'/identity/claims/http:~1~1schemas.xmlsoap.org~1ws~12005~105~1identity~1claims~1upn',
  operationName,
  resourceId,
  properties.requestbody
FROM activity.Administrative
WHERE upper(operationName) = 'MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE'
  AND resultType ILIKE 'Succe%'
ORDER BY "time"
