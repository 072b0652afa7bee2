public import ReleaseModel

/// Where the server listens and what it says about itself.
public struct ServerConfiguration: Sendable {
    public var host: String
    /// 0 takes any free port.
    public var port: Int
    public var version: String
    public var startedAt: Timestamp
    /// This machine's clock, against which the times of log lines are held.
    public var clock: @Sendable () -> Timestamp
    public var limits: ServerLimits

    public init(
        host: String = "127.0.0.1", port: Int = 8420, version: String, startedAt: Timestamp, clock: @escaping @Sendable () -> Timestamp,
        limits: ServerLimits = ServerLimits()
    ) {
        self.host = host
        self.port = port
        self.version = version
        self.startedAt = startedAt
        self.clock = clock
        self.limits = limits
    }
}
