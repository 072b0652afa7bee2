-- name: auditEntries
SELECT id, kind, release, service, decision, leaf_index, recorded_at, entry FROM tidegate.audit_entries($1, $2, $3, $4)

-- name: populationTotals
SELECT kind, entries, recorded FROM tidegate.population_totals($1, $2) ORDER BY kind

-- name: logStanding
-- How many entries there are, how many of them are numbered, and how many the signed head or the largest number says: without a gap the two
-- are equal.
SELECT (SELECT count(*) FROM tidegate.history_entry) AS entries,
    (SELECT count(leaf_index) FROM tidegate.history_entry) AS numbered,
    greatest((SELECT max(leaf_index) + 1 FROM tidegate.history_entry), head.size) AS size, head.checkpoint
FROM tidegate.log_head AS head

-- name: population
SELECT id, kind, release, service, leaf_index, recorded_at, entry, state, ended_at, decisions, people
FROM tidegate.population($1, $2, $3, $4)

-- name: accessReview
SELECT name, role, created_at, created_by, reason, revoked_at, revoked_by, commands, approvals FROM tidegate.access_review($1, $2)

-- name: databaseAccess
SELECT login, role FROM tidegate.database_access()

-- name: setHold
SELECT tidegate.set_hold($1, $2, $3, $4)

-- name: holds
SELECT ref, placed_at, actor, means, on_behalf_of, reason FROM tidegate.legal_hold ORDER BY release

-- name: setRetention
SELECT tidegate.set_retention($1, $2, $3)

-- name: retention
SELECT tidegate.evidence_months() AS months,
    (SELECT min(at) FROM tidegate.evidence) AS oldest, (SELECT count(*) FROM tidegate.legal_hold) AS holds

-- name: expireEvidence
SELECT to_json(tidegate.expire_evidence()) AS months
