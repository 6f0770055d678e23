-- Command lines that hide what they do, fetch what they run, or delete what could be restored.
--
-- Administrators do some of that too: look at who does it on which device.
SELECT
  _time AS "time",
  properties.DeviceName AS device,
  properties.AccountName AS account,
  properties.InitiatingProcessFileName AS started_by,
  properties.ProcessCommandLine AS command
FROM defender.DeviceProcessEvents
WHERE regexp_matches(
  properties.ProcessCommandLine,
  concat_ws(
    '|',
    '-e(nc|ncodedcommand)?\s+[a-z0-9+/]{16,}',
    'frombase64string',
    'download(string|file)',
    'certutil.*-urlcache',
    'mshta(\.exe)?\s+https?:',
    'vssadmin(\.exe)?\s+delete\s+shadows',
    'wevtutil(\.exe)?\s+cl\s'
  ),
  'i'
)
ORDER BY "time"
