public import ReleaseModel

/// What a plugin wants handed back at the next window: e-process wealth, counter cursors, decays. At most 1 MiB.
public struct RollingState: Sendable, Hashable, Codable {
    public static let maximumBytes = 1 << 20

    public var plugin: String
    /// The version of the plugin that wrote it.
    public var version: String
    public var state: JSONValue

    public init(plugin: String, version: String, state: JSONValue) {
        self.plugin = plugin
        self.version = version
        self.state = state
    }
}
