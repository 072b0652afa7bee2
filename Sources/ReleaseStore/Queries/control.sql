-- name: now
SELECT clock_timestamp() AS now

-- name: registerController
SELECT tidegate.register_controller($1, $2, $3, $4)

-- name: controllers
SELECT id, host, pid, version, started_at, seen_at FROM tidegate.controller ORDER BY seen_at DESC, id LIMIT $1

-- name: leaseDue
SELECT release, term, expires_at FROM tidegate.lease_due($1, $2, make_interval(secs => $3::float8 / 1000000), $4)

-- name: nextDue
SELECT clock_timestamp() AS now, tidegate.next_due($1) AS due

-- name: renewLease
SELECT tidegate.renew_lease($1, $2, $3, make_interval(secs => $4::float8 / 1000000)) AS expires_at

-- name: releaseLease
SELECT tidegate.release_lease($1, $2, $3, $4)

-- name: load
-- Everything that a step needs, in one look.
SELECT overview.*, policy.canonical AS policy_canonical, target.plugin AS target_plugin, target.nodes AS target_nodes,
    target.services AS target_services, clock_timestamp() AS now,
    EXISTS (SELECT FROM tidegate.irreversible_release AS declared WHERE declared.release = overview.id) AS irreversible,
    (
        SELECT json_agg(json_build_object('plugin', plugin, 'version', version, 'state', state) ORDER BY plugin COLLATE "C")
        FROM tidegate.rolling_state WHERE release = overview.id
    ) AS rolling,
    (
        SELECT json_agg(json_build_object(
            'id', effect.id, 'release', overview.ref, 'decision', effect.decision, 'kind', effect.kind, 'key', effect.key,
            'payload', effect.payload, 'state', effect.state, 'attempts', effect.attempts,
            'nextAttemptAt', tidegate.rfc3339(effect.next_attempt_at), 'leaseTerm', effect.lease_term,
            'createdAt', tidegate.rfc3339(effect.created_at), 'outcome', effect.outcome) ORDER BY effect.id)
        FROM tidegate.outbox AS effect WHERE effect.release = overview.id AND effect.done_at IS NULL
    ) AS effects
FROM tidegate.release_overview AS overview
JOIN tidegate.release ON release.id = overview.id
JOIN tidegate.policy ON policy.id = release.policy
JOIN tidegate.target_overview AS target ON target.id = release.target
WHERE overview.ref = $1

-- name: commit
SELECT tidegate.commit($1) AS result

-- name: claimEffects
SELECT effect.id, $1::text AS release, effect.decision, effect.kind, effect.key, effect.payload, effect.state, effect.attempts,
    effect.next_attempt_at, effect.lease_term, effect.created_at, effect.done_at, effect.outcome
FROM tidegate.outbox AS effect
WHERE effect.id = ANY ($2) ORDER BY effect.id

-- name: markClaimed
SELECT id FROM tidegate.claim_effects($1, $2, $3, $4) AS claimed(id)

-- name: recordOutcome
SELECT tidegate.record_outcome($1, $2, $3, $4, $5, $6, $7)

-- name: markClaimedNotifications
SELECT id FROM tidegate.claim_notifications($1, $2 * interval '1 microsecond') AS claimed(id)

-- name: recordNotification
SELECT tidegate.record_notification($1, $2, $3, $4, $5, $6, $7)

-- name: ensureEvidencePartitions
SELECT tidegate.ensure_evidence_partitions($1) AS made

-- name: prune
SELECT tidegate.prune($1, $2) AS removed

-- name: providers
-- What the releases that moved last say about their metric stores, the newest word on each store. Parameters: how many releases, how many stores.
SELECT place, standing, window_end FROM (
    SELECT DISTINCT ON (place COLLATE "C") place, standing, window_end FROM (
        SELECT poll.outcome::json -> 'provider' ->> 'place' AS place, (poll.outcome::json -> 'provider')::text AS standing, poll.window_end
        FROM (
            SELECT release FROM tidegate.release_state WHERE tidegate.is_active(state) ORDER BY updated_at DESC LIMIT $1
        ) AS active
        JOIN LATERAL (
            SELECT outcome, window_end FROM tidegate.poll WHERE poll.release = active.release ORDER BY window_end DESC LIMIT 1
        ) AS poll ON true
    ) AS newest WHERE place IS NOT NULL ORDER BY place COLLATE "C", window_end DESC
) AS providers ORDER BY window_end DESC, place COLLATE "C" LIMIT $2
