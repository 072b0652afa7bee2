import PostgresClient
public import ReleaseModel

/// One version of a policy. It never changes.
public struct PolicyVersion: Sendable, Hashable, Codable {
    public var name: String
    /// 1, 2, 3, ... within the name.
    public var version: Int
    /// SHA-256 of the canonical JSON, in hexadecimal.
    public var digest: String
    /// The text as it was written.
    public var source: String
    public var policy: Policy
    public var appliedBy: Actor
    public var reason: String
    public var appliedAt: Timestamp
}

extension PolicyVersion {
    init(row: PostgresRow) throws {
        name = try row.text("name")
        version = try row["version"].int()
        digest = try row.text("digest")
        source = try row.text("source")
        policy = try row.document("canonical").decoded(as: Policy.self)
        appliedBy = try row.actor()
        reason = try row.text("reason")
        appliedAt = try row.time("created_at")
    }
}
