-- Who read keys of Azure's resources, or changed who may read secrets.
--
-- Whoever has a key of a storage account needs no sign-in any more.
SELECT
  _time AS "time",
  _record->>'/identity/claims/http:~1~1schemas.xmlsoap.org~1ws~12005~105~1identity~1claims~1upn' AS "by",
  callerIpAddress AS ip,
  lower(operationName) AS operation,
  lower(resourceId) AS resource
FROM activity.Administrative
WHERE regexp_matches(operationName, '/(list\w*keys|listaccountsas|listservicesas)/action$|/accesspolicies/write$', 'i')
  AND resultType ILIKE 'Succe%'
ORDER BY "time"
