/// The members of one JSON object, read in one pass: scalars as text, nested objects with dotted names, arrays left out.
///
/// Bounded: at most `maximumFields` members and `maximumDepth` levels; what lies beyond is skipped, not refused.
struct JSONFields {
    static let maximumFields = 64
    static let maximumDepth = 4

    private(set) var fields: [(name: String, value: String)] = []

    init() {}

    /// nil when `text` is not exactly one JSON object.
    init?(_ text: String) {
        var scanner = JSONScanner(bytes: Array(text.utf8))
        scanner.skipSpace()
        guard scanner.peek == UInt8(ascii: "{"), readObject(&scanner, prefix: "", depth: 0) else { return nil }
        scanner.skipSpace()
        guard scanner.isAtEnd else { return nil }
    }

    subscript(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// The first of `names` that is there and not empty.
    func first(of names: [String]) -> String? {
        for name in names { if let value = self[name], !value.isEmpty { return value } }
        return nil
    }

    private mutating func readObject(_ scanner: inout JSONScanner, prefix: String, depth: Int) -> Bool {
        scanner.advance()
        scanner.skipSpace()
        if scanner.take(UInt8(ascii: "}")) { return true }
        while true {
            scanner.skipSpace()
            guard let name = scanner.readString() else { return false }
            scanner.skipSpace()
            guard scanner.take(UInt8(ascii: ":")) else { return false }
            scanner.skipSpace()
            guard readMember(&scanner, name: prefix + name, depth: depth) else { return false }
            scanner.skipSpace()
            if scanner.take(UInt8(ascii: "}")) { return true }
            guard scanner.take(UInt8(ascii: ",")) else { return false }
        }
    }

    private mutating func readMember(_ scanner: inout JSONScanner, name: String, depth: Int) -> Bool {
        switch scanner.peek {
        case UInt8(ascii: "\""):
            guard let value = scanner.readString() else { return false }
            append(name, value)
        case UInt8(ascii: "{"):
            if depth + 1 < Self.maximumDepth { return readObject(&scanner, prefix: name + ".", depth: depth + 1) }
            return scanner.skipContainer()
        case UInt8(ascii: "["): return scanner.skipContainer()
        default:
            guard let value = scanner.readScalar() else { return false }
            if value != "null" { append(name, value) }
        }
        return true
    }

    mutating func append(_ name: String, _ value: String) {
        if fields.count < Self.maximumFields { fields.append((name, value)) }
    }
}
