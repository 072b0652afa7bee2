/// One term of a condition that looks at what a signal has said for a while.
///
/// | term | gives |
/// |---|---|
/// | `rising(score, 5m)` | true where the readings of the last 5 minutes have an upward trend |
/// | `falling(score, 5m)` | true where they have a downward trend |
/// | `percentile(99, errors.stable, 1h)` | the percentile of the readings of the last hour |
///
/// How much must be there for the term to be known is said by who keeps the readings (`RolloutEngine`'s `SignalHistory`).
public struct HistoryTerm: Sendable, Hashable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        case rising
        case falling
        /// From 0 to 100.
        case percentile(Double)
    }

    /// Shortest and longest time that may be asked for.
    public static let microsecondsRange: ClosedRange<Int64> = 1_000_000...7 * 86_400_000_000

    public let kind: Kind
    public let signal: String
    public let microseconds: Int64

    /// As it is written.
    public var description: String {
        let span = DurationLiteral.text(microseconds)
        return switch kind {
        case .rising: "rising(\(signal), \(span))"
        case .falling: "falling(\(signal), \(span))"
        case .percentile(let share): "percentile(\(SignalSchema.Entry.number(share)), \(signal), \(span))"
        }
    }
}
