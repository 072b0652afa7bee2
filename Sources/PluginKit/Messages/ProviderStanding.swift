public import ReleaseModel

/// How an outside provider of a plugin is doing: its circuit breaker and its faults, counted apart from what the plugin judges.
public struct ProviderStanding: Sendable, Hashable, Codable {
    /// closed -> open (too many of the last calls failed) -> halfOpen (one call tries again) -> closed or open.
    public enum Breaker: String, Sendable, Hashable, Codable, CaseIterable {
        /// It is asked as usual.
        case closed
        /// It is not asked before `until`.
        case open
        /// The next call asks it once, to see whether it is back.
        case halfOpen
    }

    /// Where it is, without secrets.
    public var place: String
    public var breaker: Breaker
    /// While open: until when it is left alone.
    public var until: Timestamp?
    /// Calls in the sliding window, and those among them that the provider failed.
    public var calls: Int
    public var failures: Int
    /// All faults since the release began, by their kind.
    public var faults: [String: Int]
    /// The newest fault, in words.
    public var lastFault: String?

    public init(
        place: String, breaker: Breaker, until: Timestamp? = nil, calls: Int, failures: Int, faults: [String: Int], lastFault: String? = nil
    ) {
        self.place = place
        self.breaker = breaker
        self.until = until
        self.calls = calls
        self.failures = failures
        self.faults = faults
        self.lastFault = lastFault
    }
}
