-- name: addLogCounts
SELECT tidegate.add_log_counts($1, $2, $3, $4)

-- name: logCounts
-- Windows of ten seconds that end after $3 and not after $4.
SELECT counted.revision, counted.instance, counted.template, template.text, template.severity, template.exception_class, counted.count,
    counted.window_start
FROM tidegate.log_count AS counted
JOIN tidegate.log_template AS template ON template.service = counted.service AND template.id = counted.template
WHERE counted.service = $1 AND counted.revision = ANY ($2)
    AND counted.window_start > $3::timestamptz - interval '10 seconds' AND counted.window_start <= $4::timestamptz - interval '10 seconds'
ORDER BY counted.window_start, counted.revision COLLATE "C", counted.instance COLLATE "C", counted.template COLLATE "C"
