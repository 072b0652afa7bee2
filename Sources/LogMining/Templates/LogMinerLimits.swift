/// Bounds and thresholds of a `LogMiner`.
public struct LogMinerLimits: Sendable, Hashable {
    /// Templates kept; the least recently used eighth goes when they are full. One that comes back has the identity that it had.
    public var templates = 2000
    /// Templates that share length and first word, and are compared one by one.
    public var templatesPerLeaf = 200
    /// The share of the constant words that must agree for two templates to be compared place by place.
    public var similarity = 0.6
    /// Different ordinary words at one place of similar templates; with one more the place is variable.
    public var wordsPerPlace = 3
    /// The same for words in capitals, which name states, codes and constants.
    public var namesPerPlace = 24
    /// Aliases that wait to be taken; beyond, the oldest are given up.
    public var pendingAliases = 4096

    public init() {}
}
