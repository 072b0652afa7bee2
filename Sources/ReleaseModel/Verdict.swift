/// What one evaluation says about the canary.
public enum Verdict: String, Sendable, Hashable, Codable {
    /// Every condition is known and the tree says advance.
    case healthy
    /// The tree says to retreat.
    case degraded
    /// There is data, but not enough to advance.
    case inconclusive
    /// There is no data.
    case noData
    /// A plugin or a provider failed.
    case error
}
