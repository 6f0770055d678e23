-- Defender's alerts, each with the users, devices and files that it is about.
--
-- @param severity = High Low, Medium or High; % for all
SELECT
  min(_time) AS "time",
  properties.AlertId AS alert,
  any_value(properties.Severity) AS severity,
  any_value(properties.Title) AS title,
  string_agg(DISTINCT lower(properties.AccountUpn), ' ') AS users,
  string_agg(DISTINCT properties.DeviceName, ' ') AS devices,
  string_agg(DISTINCT properties.FileName, ' ') AS files,
  count(*) AS evidence
FROM defender.AlertEvidence
WHERE properties.Severity ILIKE $severity
GROUP BY properties.AlertId
ORDER BY "time"
