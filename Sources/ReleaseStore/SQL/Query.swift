/// The named queries of Queries/*.sql. A case is the name after `-- name:`.
enum Query: String, CaseIterable, Sendable {
    // migrations.sql
    case lockMigrations, unlockMigrations, migrationsTable, appliedMigrations, beOwner, beYourself, recordMigration
    // control.sql
    case now, registerController, controllers, leaseDue, nextDue, renewLease, releaseLease, load, commit, markClaimed, claimEffects
    case recordOutcome, markClaimedNotifications, recordNotification, ensureEvidencePartitions, prune
    // releases.sql
    case startRelease, submitCommand, command, releases, resolveRelease, recentReleases, polls, effects, effectOutcomes
    // history.sql
    case decisions, decision, history
    // plans.sql
    case applyPolicy, policyByID, policies, policy, applyTarget, targets, pinPlugin, pluginPins
    // access.sql
    case createToken, revokeToken, tokens, tokenByKey
    // transparency.sql
    case leaseLog, waitingLeaves, appendLeaves, tiles, tileDigests, logHead, logKeys, addLogKey, recordAnchor, anchors, leaf, leafOfDecision
    case leafByEntry, leaves, reportClock, recordRefusedCalls, recordedTables, exportSettings
    // logs.sql
    case addLogCounts, logCounts
}
