/// Bounds and thresholds of a `LogMiner`.
public struct LogMinerLimits: Sendable, Hashable {
    /// Templates kept; the least recently used eighth goes when they are full. One that comes back has the identity that it had.
    public var templates = 2000
    /// Templates that share length and first word, and are compared one by one.
    public var templatesPerLeaf = 200
    /// The share of the constant words that must agree for a line to join a template.
    public var similarity = 0.6

    public init() {}
}
