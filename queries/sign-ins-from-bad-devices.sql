-- Sign-ins from devices that Intune did not think compliant at that time.
--
-- Intune reports devices daily: ask for two days at least. The last report before a sign-in counts.
SELECT
  sign_in._time AS "time",
  lower(sign_in.properties.userPrincipalName) AS "user",
  sign_in.properties.deviceDetail.displayName AS device,
  report.properties.CompliantState AS state,
  report._time AS reported,
  sign_in.properties.appDisplayName AS app,
  sign_in.properties.ipAddress AS ip
FROM entra.SignInLogs AS sign_in
ASOF JOIN intune.Devices AS report
  -- The id that Entra ID gives a device.
  ON report.properties.ReferenceId = sign_in.properties.deviceDetail.deviceId
  AND sign_in._time >= report._time
WHERE sign_in.properties.status.errorCode = 0
  AND report.properties.CompliantState NOT IN ('Compliant', 'InGracePeriod')
ORDER BY "time"
