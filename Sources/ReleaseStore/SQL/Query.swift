/// The named queries of Queries/*.sql. A case is the name after `-- name:`.
enum Query: String, CaseIterable, Sendable {
    // migrations.sql
    case lockMigrations, unlockMigrations, migrationsTable, appliedMigrations, beOwner, beYourself, recordMigration
    // control.sql
    case now, registerController, controllers, leaseDue, nextDue, renewLease, releaseLease, load, commit, markClaimed, claimEffects
    case recordOutcome, markClaimedNotifications, recordNotification, ensureEvidencePartitions, prune, providers
    // releases.sql
    case startRelease, startIrreversibleRelease, submitCommand, command, releases, resolveRelease, recentReleases, polls, windows, effects,
        effectOutcomes
    // history.sql
    case decisions, decision, decisionPlace, history
    // audit.sql
    case auditEntries, populationTotals, logStanding, population, accessReview, databaseAccess, setHold, holds, setRetention, retention
    case expireEvidence
    // plans.sql
    case applyPolicy, policyByID, policies, policy, applyTarget, targets, pinPlugin, pluginPins
    // log_templates.sql
    case mergeLogTemplates, addCollectedLogs
    // access.sql
    case createToken, revokeToken, tokens, tokenByKey
    // transparency.sql
    case leaseLog, waitingLeaves, appendLeaves, tiles, tileDigests, logHead, logKeys, addLogKey, recordAnchor, anchors, leaf, leafOfDecision
    case leafByEntry, leaves, reportClock, recordRefusedCalls, recordedTables, exportSettings
    // logs.sql
    case addLogCounts, logCounts, addLogSamples, addLogSteps, logSteps, watchedSequences, pruneLogEvidence
}
