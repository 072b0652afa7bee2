-- name: addLogCounts
SELECT tidegate.add_log_counts($1, $2, $3, $4)

-- name: logCounts
-- Windows of ten seconds that end after $3 and not after $4.
SELECT counted.revision, counted.instance, counted.template, template.text, template.severity, template.exception_class, counted.count,
    counted.window_start, sample.line AS sample
FROM tidegate.log_count AS counted
JOIN tidegate.log_template AS template ON template.service = counted.service AND template.id = counted.template
LEFT JOIN tidegate.log_sample AS sample ON sample.service = counted.service AND sample.revision = counted.revision
    AND sample.template = counted.template AND sample.slot = 0 AND (template.severity IN ('warn', 'error', 'fatal') OR template.exception_class IS NOT NULL)
WHERE counted.service = $1 AND counted.revision = ANY ($2)
    AND counted.window_start > $3::timestamptz - interval '10 seconds' AND counted.window_start <= $4::timestamptz - interval '10 seconds'
ORDER BY counted.window_start, counted.revision COLLATE "C", counted.instance COLLATE "C", counted.template COLLATE "C"

-- name: addLogSamples
SELECT tidegate.add_log_samples($1, $2, $3)

-- name: addLogSteps
SELECT tidegate.add_log_steps($1, $2, $3)

-- name: logSteps
-- Steps in the windows of ten seconds that end after $3 and not after $4, so that every step comes once, with the counts beside it.
SELECT step.revision, step.sequence, step.steps, step.key, step.at
FROM tidegate.log_step AS step
WHERE step.service = $1 AND step.revision = ANY ($2)
    AND date_bin('10 seconds', step.at, 'epoch') > $3::timestamptz - interval '10 seconds'
    AND date_bin('10 seconds', step.at, 'epoch') <= $4::timestamptz - interval '10 seconds'
    AND step.at >= $3::timestamptz - interval '10 seconds' AND step.at < $4::timestamptz
ORDER BY step.at, step.id
LIMIT $5

-- name: watchedSequences
-- The log sequences of the releases that go on, by service, and the salt under which keys are digested.
SELECT standing.service, (policy.canonical::json #> '{logs,configuration,sequences}')::text AS sequences,
    (SELECT salt FROM tidegate.log_salt)::text AS salt
FROM tidegate.release_state AS standing
JOIN tidegate.release ON release.id = standing.release
JOIN tidegate.policy ON policy.id = release.policy
WHERE NOT tidegate.is_final(standing.state) AND json_typeof(policy.canonical::json #> '{logs,configuration,sequences}') = 'array'
ORDER BY standing.service COLLATE "C", standing.release

-- name: pruneLogEvidence
SELECT tidegate.prune_log_evidence($1)
