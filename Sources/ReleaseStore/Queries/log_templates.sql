-- name: mergeLogTemplates
SELECT tidegate.merge_log_templates($1, $2)

-- name: addCollectedLogs
SELECT tidegate.add_collected_logs($1, $2, $3, $4, $5, $6, $7) AS added
