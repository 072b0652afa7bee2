/// One `held(condition, 30s)` of a condition: true when its inner condition was true at every evaluation of that long.
public struct HeldTerm: Sendable, Hashable {
    /// Longest time that may be asked for: a week.
    public static let maximumMicroseconds: Int64 = 7 * 86_400_000_000

    /// The inner condition as it was written.
    public let source: String
    public let microseconds: Int64
    /// The inner condition, checked.
    public let node: ConditionNode
}
