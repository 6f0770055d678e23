-- Tokens that were used on GitHub from several addresses.
--
-- A token that was stolen is used from where its owner is, and from somewhere else.
--
-- @param addresses = 3 How many addresses there must be
SELECT
  hashed_token AS token,
  any_value(programmatic_access_type) AS kind,
  string_agg(DISTINCT actor, ' ') AS actors,
  count(DISTINCT actor_ip) AS addresses,
  string_agg(DISTINCT actor_ip, ' ') AS ips,
  min(_time) AS first_seen,
  max(_time) AS last_seen
FROM github."*"
WHERE hashed_token <> ''
GROUP BY hashed_token
HAVING addresses >= $addresses::INTEGER
ORDER BY addresses DESC, token
