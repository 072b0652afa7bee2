/// Exactly which plugin it was.
public struct PluginIdentity: Sendable, Hashable, Codable {
    public var name: String
    public var version: String
    public var sha256: String

    public init(name: String, version: String, sha256: String) {
        self.name = name
        self.version = version
        self.sha256 = sha256
    }
}
