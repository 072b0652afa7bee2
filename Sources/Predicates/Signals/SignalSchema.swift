/// The signals that a condition may read: name, kind and range, in the order in which they are shown.
public struct SignalSchema: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable { case bool, number, string }

    struct Entry: Sendable, Hashable {
        let name: String
        let kind: Kind
        let minimum: Double?
        let maximum: Double?

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

    let entries: [Entry]
    private let index: [String: Int]

    /// The first of two entries with one name counts.
    public init(_ names: [(name: String, kind: Kind, minimum: Double?, maximum: Double?)]) {
        entries = names.map { Entry(name: $0.name, kind: $0.kind, minimum: $0.minimum, maximum: $0.maximum) }
        index = Dictionary(entries.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The names in the order given.
    public var names: [String] { entries.map(\.name) }

    public func contains(_ name: String) -> Bool { index[name] != nil }

    public func kind(of name: String) -> Kind? { self[name]?.kind }

    subscript(name: String) -> Entry? { index[name].map { entries[$0] } }
}
