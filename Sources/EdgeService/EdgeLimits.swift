/// What one client or one plan may take of the decision service.
public struct EdgeLimits: Sendable, Hashable {
    /// Bytes of a request line with its headers. nginx takes 32 KiB of a client by default and adds a few headers.
    public var maximumHeadBytes = 64 * 1024
    /// Header lines of one request.
    public var maximumHeaders = 256
    /// Connections at once; a further one is closed before anything is read from it.
    public var maximumConnections = 4096
    /// Answers that a client has not taken yet; with more of them its requests wait.
    public var maximumUnsentBytes = 256 * 1024
    /// How long a connection may stay open without a request.
    public var idleMilliseconds: Int64 = 75_000
    /// How long one request line with its headers may take to arrive.
    public var headMilliseconds: Int64 = 5_000
    /// How long a client may leave answers untaken.
    public var unsentMilliseconds: Int64 = 5_000
    /// How often the folder of plans is looked at.
    public var pollMilliseconds: Int64 = 250
    public var maximumPlanBytes = 4 << 20
    /// Services at once; further files are not read.
    public var maximumPlans = 1024
    /// How long requests under way may take when the service stops.
    public var drainMilliseconds: Int64 = 2_000

    public init() {}
}
