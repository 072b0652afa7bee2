public import ReleaseModel

/// One controller process.
public struct ControllerIdentity: Sendable, Hashable, Codable {
    /// Unique to the process; a restarted controller is another one.
    public var id: String
    public var host: String
    public var pid: Int
    public var version: String

    public init(id: String, host: String, pid: Int, version: String) {
        self.id = id
        self.host = host
        self.pid = pid
        self.version = version
    }
}

/// A controller that has registered, and when it was last heard of.
public struct ControllerRecord: Sendable, Hashable, Codable {
    public var identity: ControllerIdentity
    public var startedAt: Timestamp
    public var seenAt: Timestamp
}
