public import ReleaseModel

/// How a past release would have gone under another policy, as far as its recording tells.
public struct BacktestResult: Sendable, Codable {
    /// How a release ended, or would have.
    public enum End: String, Sendable, Codable {
        case promoted, rolledBack
        /// A person, or a newer release, ended it.
        case stopped
        /// The tree paused it.
        case paused
        /// It was not over when the recording ends.
        case open
    }

    public enum Comparison: String, Sendable, Codable {
        /// The same end.
        case same
        /// Another end, or the same at another time.
        case otherwise
        /// The recording ends before the policy would have come to an end.
        case unknown
    }

    public struct Ending: Sendable, Codable {
        public var end: End
        /// Of the decision, from the begin of the release.
        public var after: TimeSpan
        public var because: String
        public var reason: String
    }

    public var release: ReleaseID
    public var service: String
    /// nil where nothing was decided yet.
    public var recorded: Ending?
    public var replayed: Ending?
    public var comparison: Comparison
    /// From when on the policy would have had another weight than the release had, so that what was measured then is not what it would
    /// have seen.
    public var differsFrom: TimeSpan?
    public var windows: Int
    /// What was not recorded, or assumed.
    public var caveats: [String]
    /// The decisions under the policy.
    public var decisions: [Decision]
}
