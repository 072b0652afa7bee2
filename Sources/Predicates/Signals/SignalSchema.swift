/// The signals that a condition may read: name, kind, range, unit and which direction is worse, in the order in which they are shown.
public struct SignalSchema: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable { case bool, number, string }

    /// Which readings of a signal mean that users are worse off.
    public enum Worse: Sendable, Hashable {
        /// Larger numbers; true.
        case higher
        /// Smaller numbers; false.
        case lower
        /// Neither: the signal says nothing about how users fare.
        case none
    }

    public struct Entry: Sendable, Hashable {
        public let name: String
        public let kind: Kind
        public let minimum: Double?
        public let maximum: Double?
        public let worse: Worse
        /// `1`, `ms`, `MB/min`; nil where it is not known or there is none.
        public let unit: String?

        public init(name: String, kind: Kind, minimum: Double? = nil, maximum: Double? = nil, worse: Worse = .none, unit: String? = nil) {
            self.name = name
            self.kind = kind
            self.minimum = minimum
            self.maximum = maximum
            self.worse = worse
            self.unit = unit
        }

        /// `0 to 100`, `at least 0`; nil where the signal may be any number.
        var range: String? {
            switch (minimum, maximum) {
            case (let low?, let high?): "\(Self.number(low)) to \(Self.number(high))"
            case (let low?, nil): "at least \(Self.number(low))"
            case (nil, let high?): "at most \(Self.number(high))"
            case (nil, nil): nil
            }
        }

        /// `a number (0 to 100)`, `true or false`, `a text`.
        var meaning: String {
            switch kind {
            case .bool: "true or false"
            case .number: "a number" + (range.map { " (\($0))" } ?? "")
            case .string: "a text"
            }
        }

        static func number(_ value: Double) -> String { Int64(exactly: value).map { "\($0)" } ?? "\(value)" }
    }

    public let entries: [Entry]
    private let index: [String: Int]

    /// The first of two entries with one name counts.
    public init(_ entries: [Entry]) {
        self.entries = entries
        index = Dictionary(entries.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Signals of which nothing is known but kind and range.
    public init(_ names: [(name: String, kind: Kind, minimum: Double?, maximum: Double?)]) {
        self.init(names.map { Entry(name: $0.name, kind: $0.kind, minimum: $0.minimum, maximum: $0.maximum) })
    }

    /// The names in the order given.
    public var names: [String] { entries.map(\.name) }

    public func contains(_ name: String) -> Bool { index[name] != nil }

    public func kind(of name: String) -> Kind? { self[name]?.kind }

    public subscript(name: String) -> Entry? { index[name].map { entries[$0] } }
}
