public import ReleaseModel

/// What came in one poll: the log counts handed out since the poll before, and what both arms did meanwhile.
public struct LogPoll: Sendable, Hashable {
    /// Increments: each event counted once over all polls. Both arms; others are left out.
    public var counts: [LogCount]
    /// Requests finished in the window; nil where they are not measured.
    public var canaryRequests: Double?
    public var stableRequests: Double?
    public var windowStart: Timestamp
    public var windowEnd: Timestamp
    /// True after 100%: the stable revision is not expected to do anything.
    public var baking: Bool

    public init(
        counts: [LogCount], canaryRequests: Double?, stableRequests: Double?, windowStart: Timestamp, windowEnd: Timestamp, baking: Bool
    ) {
        self.counts = counts
        self.canaryRequests = canaryRequests
        self.stableRequests = stableRequests
        self.windowStart = windowStart
        self.windowEnd = windowEnd
        self.baking = baking
    }
}
