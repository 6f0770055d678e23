-- Who made a repository public on GitHub, or took the protection off a branch.
SELECT
  _time AS "time",
  actor AS "by",
  actor_ip AS ip,
  action AS what,
  repo AS repository,
  coalesce(visibility, '') AS visibility
FROM github.audit
WHERE action IN ('protected_branch.destroy', 'repository_ruleset.destroy')
  OR (action IN ('repo.access', 'repo.create') AND visibility = 'public')
ORDER BY "time"
