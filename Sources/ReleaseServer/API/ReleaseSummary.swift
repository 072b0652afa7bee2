public import ReleaseModel

/// One release in a listing.
public struct ReleaseSummary: Codable, Sendable, Hashable {
    public var release: Release
    /// Index of the stage that it is in; nil before the first and after the last.
    public var stage: Int?
    public var verdict: Verdict?
    public var updatedAt: Timestamp
    public var endedAt: Timestamp?
    public var lastDecision: DecisionView?

    public init(
        release: Release, stage: Int?, verdict: Verdict?, updatedAt: Timestamp, endedAt: Timestamp?, lastDecision: DecisionView?
    ) {
        self.release = release
        self.stage = stage
        self.verdict = verdict
        self.updatedAt = updatedAt
        self.endedAt = endedAt
        self.lastDecision = lastDecision
    }
}
