-- Who deleted, wiped or retired something in Intune.
SELECT
  _time AS "time",
  coalesce(properties.Actor.UPN, properties.Actor.ApplicationName) AS "by",
  operationName AS what,
  array_to_string(properties.TargetDisplayNames, ' ') AS targets,
  resultType AS result
FROM intune.AuditLogs
WHERE regexp_matches(operationName, '^(delete|wipe|retire|remove)', 'i')
ORDER BY "time"
