-- Mail in which Defender has found a threat, and that was delivered all the same.
SELECT
  _time AS "time",
  properties.RecipientEmailAddress AS recipient,
  properties.SenderFromAddress AS sender,
  properties.Subject AS subject,
  properties.ThreatTypes AS threats,
  properties.DeliveryLocation AS location,
  properties.NetworkMessageId AS message_id
FROM defender.EmailEvents
WHERE properties.ThreatTypes <> '' AND properties.DeliveryAction = 'Delivered'
ORDER BY "time"
