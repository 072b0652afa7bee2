/// What a signal says to a condition.
public enum ConditionValue: Sendable, Hashable {
    case bool(Bool)
    /// NaN and infinity count as unknown.
    case number(Double)
    case string(String)
}
