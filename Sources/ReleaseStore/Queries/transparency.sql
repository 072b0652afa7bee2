-- name: leaseLog
SELECT term, size, origin FROM tidegate.lease_log($1, $2 * interval '1 microsecond')

-- name: waitingLeaves
SELECT id, leaf_hash FROM tidegate.history_entry WHERE leaf_index IS NULL ORDER BY id LIMIT $1

-- name: appendLeaves
SELECT tidegate.append_leaves($1, $2, $3, $4, $5, $6) AS size

-- name: tiles
SELECT tile.level, tile.index, tile.digests
FROM unnest($1::integer[], $2::bigint[]) AS wanted(level, index)
JOIN tidegate.log_tile AS tile ON tile.level = wanted.level AND tile.index = wanted.index

-- name: tileDigests
SELECT digests FROM tidegate.log_tile WHERE level = $1 AND index = $2

-- name: logHead
SELECT origin, size, checkpoint FROM tidegate.log_head

-- name: logKeys
SELECT verifier_key, added_by, added_at FROM tidegate.log_key ORDER BY added_at, verifier_key

-- name: addLogKey
SELECT tidegate.add_log_key($1, $2) AS added

-- name: recordAnchor
SELECT tidegate.record_anchor($1, $2, $3)

-- name: anchors
SELECT place, size, anchored_at, problem FROM tidegate.log_anchor ORDER BY place

-- name: leaf
SELECT entry.id, entry.kind, release.ref AS release, entry.decision, entry.entry, entry.leaf_index, entry.recorded_at
FROM tidegate.history_entry AS entry LEFT JOIN tidegate.release ON release.id = entry.release
WHERE entry.leaf_index = $1

-- name: leafOfDecision
SELECT id FROM tidegate.history_entry WHERE kind = 'decision' AND decision = $1
    AND release = (SELECT release FROM tidegate.decision WHERE id = $1) ORDER BY id LIMIT 1

-- name: leafByEntry
SELECT entry.id, entry.kind, release.ref AS release, entry.decision, entry.entry, entry.leaf_index, entry.recorded_at
FROM tidegate.history_entry AS entry LEFT JOIN tidegate.release ON release.id = entry.release
WHERE entry.id = $1

-- name: leaves
SELECT entry FROM tidegate.history_entry WHERE leaf_index >= $1 AND leaf_index < $2 ORDER BY leaf_index

-- name: reportClock
SELECT tidegate.report_clock($1, $2, $3, $4)

-- name: recordRefusedCalls
SELECT tidegate.record_refused_calls($1)

-- name: recordedTables
-- A table with a secret is read through its view NAME_image, which has the secret's digest in the form of the images.
SELECT name, CASE WHEN to_regclass(format('tidegate.%I', name || '_image')) IS NULL THEN name ELSE name || '_image' END AS source
FROM tidegate.recorded_table WHERE to_regclass(format('tidegate.%I', name)) IS NOT NULL ORDER BY name

-- name: exportSettings
-- Values are printed as the images in the entries have them.
SELECT set_config('timezone', 'UTC', true), set_config('bytea_output', 'hex', true)
