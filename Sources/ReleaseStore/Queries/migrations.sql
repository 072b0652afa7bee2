-- name: lockMigrations
-- One migrator at a time in a database; the others wait. The key spells "tidegate" and is taken for the session.
SELECT pg_advisory_lock(8388350124207727717)

-- name: unlockMigrations
SELECT pg_advisory_unlock(8388350124207727717)

-- name: migrationsTable
SELECT to_regclass('tidegate.schema_migration') IS NOT NULL AS present

-- name: appliedMigrations
SELECT number, name, encode(sha256, 'hex') AS sha256, applied_at FROM tidegate.schema_migration ORDER BY number

-- name: beOwner
SET LOCAL ROLE tidegate_owner

-- name: beYourself
RESET ROLE

-- name: recordMigration
INSERT INTO tidegate.schema_migration (number, name, sha256, program) VALUES ($1, $2, $3, $4)
