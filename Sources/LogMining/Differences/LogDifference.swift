public import ReleaseModel

/// How a template's share of the events of two logs differs.
public struct LogDifference: Sendable, Hashable, Codable {
    public enum Change: String, Sendable, Hashable, Codable, CaseIterable {
        /// Enough evidence, and in one of the two logs not at all.
        case new, gone
        /// Enough evidence.
        case more, less
        /// Not enough evidence that anything differs.
        case same
    }

    public var template: String
    public var text: String
    public var severity: LogSeverity
    public var exceptionClass: String?
    public var before: Int
    public var after: Int
    /// The rate after, over the rate before; nil where it was not there before.
    public var ratio: Double?
    /// ln of the e-value against "the same rate": the chance that it ever exceeds ln x, where nothing differs, is at most 1/x.
    public var logE: Double
    public var change: Change
}
