-- name: applyPolicy
SELECT tidegate.apply_policy($1, $2, $3, $4, $5) AS id

-- name: policyByID
SELECT name, version, encode(digest, 'hex') AS digest, source, canonical, actor, means, on_behalf_of, reason, created_at
FROM tidegate.policy WHERE id = $1

-- name: policies
SELECT DISTINCT ON (name) name, version, encode(digest, 'hex') AS digest, source, canonical, actor, means, on_behalf_of, reason, created_at
FROM tidegate.policy ORDER BY name, version DESC

-- name: policy
SELECT name, version, encode(digest, 'hex') AS digest, source, canonical, actor, means, on_behalf_of, reason, created_at
FROM tidegate.policy WHERE name = $1 OR encode(digest, 'hex') = $1 ORDER BY (name = $1) DESC, version DESC LIMIT 1

-- name: applyTarget
SELECT tidegate.apply_target($1, $2, $3, $4, $5)

-- name: targets
SELECT name, plugin, nodes, services FROM tidegate.target_overview WHERE $1::text IS NULL OR name = $1 ORDER BY name

-- name: pinPlugin
SELECT tidegate.pin_plugin($1, $2, $3, $4, $5, $6, $7)

-- name: pluginPins
SELECT name, version, kind, encode(sha256, 'hex') AS sha256, trusted, pinned_by, means, on_behalf_of, reason, pinned_at
FROM tidegate.plugin WHERE withdrawn_at IS NULL AND ($1::text IS NULL OR name = $1) ORDER BY name
