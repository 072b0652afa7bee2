public import ReleaseModel

/// One judged window of a release, as it was recorded.
public struct WindowView: Codable, Sendable, Hashable {
    public var end: Timestamp
    /// When it was judged.
    public var at: Timestamp
    public var verdict: Verdict?
    /// The evaluation in short: signals, weights, the way through the tree.
    public var outcome: JSONValue

    public init(end: Timestamp, at: Timestamp, verdict: Verdict?, outcome: JSONValue) {
        self.end = end
        self.at = at
        self.verdict = verdict
        self.outcome = outcome
    }
}
