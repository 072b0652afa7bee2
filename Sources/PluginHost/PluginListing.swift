/// One line of `tidegate plugin list`: a plugin that was loaded, refused, or found but not pinned.
public struct PluginListing: Sendable, Hashable, Codable {
    public var name: String
    public var path: String?
    /// Of the file, when it was read.
    public var sha256: String?
    /// The digest that is pinned; nil when none is.
    public var pinned: String?
    public var alias: String?
    public var kind: String?
    public var version: String?
    /// `child process` or `not isolated`; nil when it is not loaded.
    public var isolation: String?
    /// `running`, `backing off`, `failed`, `not pinned` or `not found`.
    public var state: String
    /// Why it is not running, and what to do.
    public var detail: String?
    public var pid: Int32?
    /// How often its process was started again.
    public var restarts: Int
}
