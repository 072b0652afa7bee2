import PostgresClient
public import ReleaseModel

/// The one file that may be loaded under a plugin's name, known by the digest of its bytes.
public struct PluginPin: Sendable, Hashable, Codable {
    public var name: String
    public var version: String
    public var kind: String
    /// SHA-256 of the file, in hexadecimal.
    public var sha256: String
    /// May run in-process, where nothing isolates it.
    public var trusted: Bool
    public var pinnedBy: Actor
    public var reason: String
    public var pinnedAt: Timestamp
}

extension PluginPin {
    init(row: PostgresRow) throws {
        name = try row.text("name")
        version = try row.text("version")
        kind = try row.text("kind")
        sha256 = try row.text("sha256")
        trusted = try row["trusted"].bool()
        pinnedBy = try row.actor("pinned_by")
        reason = try row.text("reason")
        pinnedAt = try row.time("pinned_at")
    }
}
