-- name: decisions
-- In the order in which they were recorded.
SELECT decision.id AS decision_id, release.ref AS release, decision.seq AS decision_seq,
    convert_from(decision.body, 'UTF8') AS decision_body,
    encode(decision.policy_digest, 'hex') AS decision_policy_digest, decision.controller AS decision_controller,
    decision.lease_term AS decision_lease_term, encode(decision.evidence_digest, 'hex') AS decision_evidence_digest,
    decision.recorded_at AS decision_recorded_at
FROM tidegate.decision JOIN tidegate.release ON release.id = decision.release
WHERE ($1::text IS NULL OR release.ref = $1) AND decision.id > $2
ORDER BY decision.id LIMIT $3

-- name: decision
SELECT decision.id AS decision_id, release.ref AS release, decision.seq AS decision_seq,
    convert_from(decision.body, 'UTF8') AS decision_body,
    encode(decision.policy_digest, 'hex') AS decision_policy_digest, decision.controller AS decision_controller,
    decision.lease_term AS decision_lease_term, encode(decision.evidence_digest, 'hex') AS decision_evidence_digest,
    decision.recorded_at AS decision_recorded_at, evidence.body AS evidence
FROM tidegate.decision JOIN tidegate.release ON release.id = decision.release
LEFT JOIN tidegate.evidence ON evidence.digest = decision.evidence_digest AND evidence.at = decision.evidence_at
WHERE decision.id = $1

-- name: decisionPlace
SELECT
    (SELECT id FROM tidegate.decision WHERE release = this.release AND seq = this.seq - 1) AS previous,
    (SELECT id FROM tidegate.decision WHERE release = this.release AND seq = this.seq + 1) AS next,
    entry.id AS entry, entry.leaf_index
FROM tidegate.decision AS this
LEFT JOIN tidegate.history_entry AS entry ON entry.release = this.release AND entry.decision = this.id AND entry.kind = 'decision'
WHERE this.id = $1 ORDER BY entry.id LIMIT 1

-- name: history
SELECT entry.id, entry.kind, release.ref AS release, entry.decision, entry.entry, entry.leaf_index, entry.recorded_at
FROM tidegate.history_entry AS entry LEFT JOIN tidegate.release ON release.id = entry.release
WHERE entry.id > $1 AND ($2::text IS NULL OR release.ref = $2)
ORDER BY entry.id LIMIT $3
