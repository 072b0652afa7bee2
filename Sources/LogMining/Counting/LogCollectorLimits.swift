public import ReleaseModel

/// Bounds of a `LogCollector`.
public struct LogCollectorLimits: Sendable, Hashable {
    public var miner = LogMinerLimits()
    /// Services with a miner of their own, so that a noisy one does not push another's templates out.
    public var services = 64
    /// Distinct combinations of source, template and window between two drains.
    public var counters = 50_000
    /// Sources with an event that may still go on.
    public var openEvents = 1000
    /// Lines and bytes that one event takes in; what goes on after that is left out.
    public var linesPerEvent = 200
    public var bytesPerEvent = 32 << 10
    /// Events of log sequences of one revision, between two drains.
    public var stepsPerRevision = 2000
    /// Masked lines that are kept of one template and revision.
    public var samples = 3
    /// How long an event waits for its next line.
    public var openFor = TimeSpan.seconds(1)
    /// Records older than this are too late to count.
    public var lateness = TimeSpan.seconds(300)
    /// Clocks of senders may run ahead by this much; such records count as written now.
    public var ahead = TimeSpan.seconds(10)

    public init() {}
}

/// What a `LogCollector` has seen since it was made.
public struct LogCollectorStatistics: Sendable, Hashable, Codable {
    public var records = 0
    /// Records after stack traces were folded.
    public var events = 0
    /// Dropped: older than the lateness allowed.
    public var late = 0
    /// Counted as written now: ahead of the clock.
    public var ahead = 0
    /// Dropped: more counters or services than allowed.
    public var overflow = 0
    /// Lines that were cut, and lines left out of events that were too long.
    public var cutLines = 0
    /// Templates kept at the last drain.
    public var templates = 0

    public init() {}
}
