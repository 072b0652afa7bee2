import PostgresClient
public import ReleaseModel

/// One entry of the history as an auditor is given it.
public struct AuditEntry: Sendable, Hashable {
    /// Its place in the order of writing; what a continuation names.
    public var position: Int64
    public var kind: String
    public var release: ReleaseID?
    public var service: String?
    /// Number of the decision that it belongs to.
    public var decision: Int64?
    /// Its leaf in the log; nil until it is numbered.
    public var leafIndex: Int64?
    public var recordedAt: Timestamp
    /// Canonical JSON, byte for byte as it was written.
    public var bytes: [UInt8]
}

extension AuditEntry {
    init(row: PostgresRow) throws {
        position = try row["id"].int64()
        kind = try row.text("kind")
        release = try row.optionalText("release")
        service = try row.optionalText("service")
        decision = try row.decode(Int64?.self, "decision")
        leafIndex = try row.decode(Int64?.self, "leaf_index")
        recordedAt = try row.time("recorded_at")
        bytes = try row["entry"].bytes()
    }
}
