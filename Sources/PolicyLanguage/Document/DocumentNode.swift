internal import ReleaseModel

/// A line and a column (Unicode scalars), both from 1.
struct DocumentPosition: Sendable, Hashable, Comparable {
    var line: Int
    var column: Int

    static func < (left: Self, right: Self) -> Bool { (left.line, left.column) < (right.line, right.column) }
}

/// One value of a YAML file with its place.
struct DocumentNode: Sendable {
    enum Style: Sendable, Hashable {
        case plain
        case quoted
        /// `|` or `>`
        case block
    }

    indirect enum Content: Sendable {
        case scalar(String, Style)
        case mapping([(key: DocumentNode, value: DocumentNode)])
        case sequence([DocumentNode])
    }

    let content: Content
    let position: DocumentPosition

    /// The text of a scalar.
    var text: String? { if case .scalar(let text, _) = content { text } else { nil } }

    /// Whether the value was left empty or is `null` or `~`.
    var isNull: Bool {
        guard case .scalar(let text, .plain) = content else { return false }
        return text.isEmpty || text == "~" || text == "null"
    }

    /// What it is, in words.
    var kind: String {
        switch content {
        case .scalar: isNull ? "nothing" : "a value"
        case .mapping: "a map"
        case .sequence: "a list"
        }
    }

    /// The value of a key, where this is a mapping that has it.
    subscript(key: String) -> DocumentNode? {
        guard case .mapping(let pairs) = content else { return nil }
        return pairs.first { $0.key.text == key }?.value
    }
}

extension DocumentNode {
    /// The value as JSON, by the core schema of YAML 1.2: plain `true`, `false`, `null` and numbers are what they look like, everything
    /// else is text (`yes` and `010` too).
    var json: JSONValue {
        switch content {
        case .scalar(let text, .plain): Self.plain(text)
        case .scalar(let text, _): .string(text)
        case .sequence(let elements): .array(elements.map(\.json))
        case .mapping(let pairs):
            .object(Dictionary(pairs.map { ($0.key.text ?? "", $0.value.json) }, uniquingKeysWith: { first, _ in first }))
        }
    }

    private static func plain(_ text: String) -> JSONValue {
        switch text {
        case "", "~", "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        default: return number(text).map { .number($0) } ?? .string(text)
        }
    }

    /// A decimal number without leading zeros; an integer beyond 2^53 stays text, as it would not survive as a double.
    static func number(_ text: String) -> Double? {
        var digits = Substring(text)
        if digits.first == "-" || digits.first == "+" { digits = digits.dropFirst() }
        guard let first = digits.utf8.first, (48...57).contains(first) || first == UInt8(ascii: ".") else { return nil }
        guard
            digits.utf8.allSatisfy({
                (48...57).contains($0) || $0 == UInt8(ascii: ".") || $0 | 32 == UInt8(ascii: "e") || $0 == 43 || $0 == 45
            })
        else { return nil }
        if digits.hasPrefix("0"), digits.utf8.count > 1, let second = digits.utf8.dropFirst().first, (48...57).contains(second) {
            return nil
        }
        let signless = text.hasPrefix("+") ? String(text.dropFirst()) : text
        guard let value = Double(signless.hasPrefix(".") ? "0" + signless : signless), value.isFinite else { return nil }
        if digits.utf8.allSatisfy({ (48...57).contains($0) }) {
            guard let integer = Int64(digits), integer <= 1 << 53 else { return nil }
        }
        return value
    }
}
