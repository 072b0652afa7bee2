-- name: createToken
SELECT tidegate.create_token($1, $2, $3, $4, $5, $6)

-- name: revokeToken
SELECT tidegate.revoke_token($1, $2, $3)

-- name: tokens
SELECT name, role, created_by, created_at, revoked_at FROM tidegate.token ORDER BY name, id

-- name: tokenByKey
SELECT name, role, created_by, created_at, secret_sha256 FROM tidegate.token_by_key($1)
