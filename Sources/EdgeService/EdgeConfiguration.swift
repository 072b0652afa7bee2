/// How the decision service runs.
public struct EdgeConfiguration: Sendable {
    public static let standardHost = "127.0.0.1"
    public static let standardPort = 8423
    public static let maximumThreads = 64

    /// The folder with one `<service>.json` for each service.
    public var plans: String
    public var host: String
    /// 0 takes any free port.
    public var port: Int
    /// Event loops, each a thread of its own; nil is one for each core.
    public var threads: Int?
    public var limits: EdgeLimits

    public init(
        plans: String, host: String = standardHost, port: Int = standardPort, threads: Int? = nil, limits: EdgeLimits = EdgeLimits()
    ) {
        self.plans = plans
        self.host = host
        self.port = port
        self.threads = threads
        self.limits = limits
    }
}
