import PostgresClient
public import ReleaseModel

/// A release as people look at it: where it stands, what was decided last, and what it waits for.
public struct ReleaseOverview: Sendable, Hashable, Codable {
    public var release: Release
    public var parent: ReleaseID?
    public var policyVersion: Int
    public var version: Int64
    public var generation: Int64
    /// Index of the policy's stage, as of the last decision.
    public var stage: Int?
    public var updatedAt: Timestamp
    public var dueAt: Timestamp?
    public var endedAt: Timestamp?
    /// What the engine remembers.
    public var engineState: JSONValue?
    /// The lease, while a controller has one that is not over.
    public var lease: Lease?
    public var lastDecision: DecisionRecord?
    public var lastPoll: PollRecord?
    public var waitingCommands: [QueuedCommand]
    /// The active release that a pending one waits for.
    public var blockedBy: ReleaseID?
}

/// One window that was looked at.
public struct PollRecord: Sendable, Hashable, Codable {
    public var windowEnd: Timestamp
    public var at: Timestamp
    public var verdict: Verdict?
    /// The evaluation in short.
    public var outcome: JSONValue
}

extension ReleaseOverview {
    init(row: PostgresRow) throws {
        release = try Release(row: row)
        parent = try row.optionalText("parent")
        policyVersion = try row["policy_version"].int()
        version = try row["version"].int64()
        generation = try row["generation"].int64()
        stage = try row.decode(Int?.self, "stage")
        updatedAt = try row.time("updated_at")
        dueAt = try row.optionalTime("due_at")
        endedAt = try row.optionalTime("ended_at")
        engineState = try row.optionalDocument("engine_state")
        if try row["is_leased"].bool() {
            lease = Lease(
                release: release.id, controller: try row.text("lease_controller"), term: try row["lease_term"].int64(),
                expiresAt: try row.time("lease_expires_at"))
        }
        lastDecision = row["decision_id"].isNull ? nil : try DecisionRecord(row: row, release: release.id)
        lastPoll = row["poll_at"].isNull ? nil : try PollRecord(row: row, prefix: "poll_")
        waitingCommands = try (row.json([StoredCommand].self, "waiting_commands") ?? []).map { try $0.queued() }
        blockedBy = try row.optionalText("blocked_by")
    }
}

extension PollRecord {
    init(row: PostgresRow, prefix: String = "") throws {
        windowEnd = try row.time(prefix + "window_end")
        at = try row.time(prefix + "at")
        verdict = try row.optionalNamed(Verdict.self, prefix + "verdict")
        outcome = try row.document(prefix + "outcome")
    }
}
