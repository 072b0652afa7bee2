-- name: startRelease
SELECT tidegate.start_release($1) AS ref

-- name: startIrreversibleRelease
SELECT tidegate.start_irreversible_release($1) AS ref

-- name: submitCommand
SELECT tidegate.submit_command($1, $2, $3, $4) AS id

-- name: command
SELECT command.id, command.kind, command.actor, command.means, command.on_behalf_of, command.reason, command.created_at, newer.ref AS by
FROM tidegate.command LEFT JOIN tidegate.release AS newer ON newer.id = command.by_release
WHERE command.id = $1

-- name: releases
-- Newest first. Parameters: service, target, states, only unfinished ones, before this release, limit; null means any.
SELECT overview.*,
    EXISTS (SELECT FROM tidegate.irreversible_release AS declared WHERE declared.release = overview.id) AS irreversible,
    decision.id AS decision_id, decision.seq AS decision_seq, convert_from(decision.body, 'UTF8') AS decision_body,
    decision.policy_digest AS decision_policy_digest, decision.controller AS decision_controller,
        decision.lease_term AS decision_lease_term,
    decision.evidence_digest AS decision_evidence_digest, decision.recorded_at AS decision_recorded_at,
    poll.window_end AS poll_window_end, poll.at AS poll_at, poll.verdict AS poll_verdict, poll.outcome AS poll_outcome
FROM tidegate.release_overview AS overview
LEFT JOIN LATERAL (
    SELECT id, seq, body, encode(policy_digest, 'hex') AS policy_digest, controller, lease_term,
        encode(evidence_digest, 'hex') AS evidence_digest, recorded_at
    FROM tidegate.decision WHERE decision.release = overview.id ORDER BY seq DESC LIMIT 1
) AS decision ON true
LEFT JOIN LATERAL (
    SELECT window_end, at, verdict, outcome FROM tidegate.poll WHERE poll.release = overview.id ORDER BY window_end DESC LIMIT 1
) AS poll ON true
WHERE ($1::text IS NULL OR overview.service = $1)
    AND ($2::text IS NULL OR overview.target = $2)
    AND ($3::text[] IS NULL OR overview.state = ANY ($3))
    AND (NOT $4::boolean OR NOT tidegate.is_final(overview.state))
    AND ($5::text IS NULL OR overview.id < (SELECT id FROM tidegate.release WHERE ref = $5))
    AND ($6::text IS NULL OR overview.ref = $6)
ORDER BY overview.id DESC
LIMIT $7

-- name: resolveRelease
-- A release by its name; otherwise a service's active release, or its newest.
SELECT ref FROM (
    SELECT ref, 0 AS rank, id FROM tidegate.release WHERE ref = $1
    UNION ALL
    SELECT release.ref, CASE WHEN tidegate.is_active(state) THEN 1 ELSE 2 END, release.id
    FROM tidegate.release JOIN tidegate.release_state ON release_state.release = release.id
    WHERE release.service = $1
) AS candidates
ORDER BY rank, id DESC LIMIT 1

-- name: recentReleases
SELECT ref FROM tidegate.release ORDER BY id DESC LIMIT $1

-- name: polls
SELECT poll.window_end, poll.at, poll.verdict, poll.outcome
FROM tidegate.poll JOIN tidegate.release ON release.id = poll.release
WHERE release.ref = $1 ORDER BY poll.window_end DESC LIMIT $2

-- name: windows
-- Oldest first, after a time.
SELECT poll.window_end, poll.at, poll.verdict, poll.outcome
FROM tidegate.poll JOIN tidegate.release ON release.id = poll.release
WHERE release.ref = $1 AND ($2::timestamptz IS NULL OR poll.window_end > $2) ORDER BY poll.window_end LIMIT $3

-- name: effects
SELECT effect.id, release.ref AS release, effect.decision, effect.kind, effect.key, effect.payload, effect.state, effect.attempts,
    effect.next_attempt_at, effect.lease_term, effect.created_at, effect.done_at, effect.outcome
FROM tidegate.outbox AS effect JOIN tidegate.release ON release.id = effect.release
WHERE release.ref = $1 ORDER BY effect.id

-- name: effectOutcomes
SELECT attempt, result, outcome, controller, lease_term, at FROM tidegate.effect_outcome WHERE effect = $1 ORDER BY id
