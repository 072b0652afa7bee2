/// Every limit of the server, by name.
public struct ServerLimits: Sendable, Hashable {
    /// Bytes of one header field, and of all of them.
    public var headerFieldBytes = 8 * 1024
    public var headerListBytes = 32 * 1024
    public var headerCount = 64
    /// Bytes of a request body outside the log intake.
    public var bodyBytes = 1 << 20
    /// Bytes of one push of log lines.
    ///
    /// Counted as it comes and once more after decompression.
    public var intakeBodyBytes = 4 << 20
    /// What one token may push on average, after decompression.
    public var intakeBytesPerSecond = 16 << 20
    public var intakeLinesPerSecond = 50_000
    /// Pushes that are read at one time.
    public var pushes = 16
    /// How long a client may take to send a body.
    public var bodyDeadline: Duration = .seconds(20)
    /// A connection without a request, or with one that stalls, is closed after this.
    public var idleTimeout: Duration = .seconds(60)
    public var connections = 1024
    /// Items of one page.
    public var pageItems = 200
    /// The longest that a call for events may wait.
    public var longestWait: Duration = .seconds(55)
    /// Calls that wait for events at one time, in all and for one token.
    public var waiters = 256
    public var waitersPerToken = 64
    /// A database that has not answered by then makes `/healthz` fail.
    public var healthDeadline: Duration = .seconds(3)

    public init() {}
}
