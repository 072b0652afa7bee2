public import Hashing

/// What the database says about a plugin: the one file content that may be loaded under its name.
public struct PluginPin: Sendable, Hashable {
    public var name: String
    /// Of the whole file.
    public var sha256: SHA256Digest
    /// As the plugin called itself when it was pinned; for people only, the digest decides.
    public var version: String
    /// True when the plugin may run inside the host's own process, not isolated.
    public var trusted: Bool

    public init(name: String, sha256: SHA256Digest, version: String, trusted: Bool = false) {
        self.name = name
        self.sha256 = sha256
        self.version = version
        self.trusted = trusted
    }
}
