/// One block at http level: a map that may still be simplified, or a text that stays as it is.
enum MapDefinition: Sendable, Hashable {
    case map(MapBlock)
    /// A `geo` or `split_clients` block, or a line of its own.
    case text(String)

    /// As nginx reads it.
    var line: String {
        switch self {
        case .map(let block): block.line
        case .text(let text): text
        }
    }

    /// The variables that it reads, `$` included.
    var reads: Set<String> {
        switch self {
        case .map(let block): block.reads
        case .text(let text): MapBlock.variables(in: text)
        }
    }
}

/// A `map` block.
struct MapBlock: Sendable, Hashable {
    /// A variable, or a compound of variables and texts.
    var source: String
    /// The variable that it defines, `$` included.
    var variable: String
    var entries: [Entry]
    var otherwise: String
    /// True for a variable that stands elsewhere in the configuration, too.
    var isNamed: Bool

    struct Entry: Sendable, Hashable {
        var key: String
        var value: String
    }

    var line: String {
        let body = entries.map { "\($0.key) \($0.value); " }.joined()
        let source = Self.isVariable(source) ? source : "\"\(source)\""
        return "map \(source) \(variable) { \(body)default \(otherwise); }"
    }

    var reads: Set<String> {
        entries.reduce(into: Self.variables(in: source).union(Self.variables(in: otherwise))) { $0.formUnion(Self.variables(in: $1.value)) }
    }

    /// True for a text that is one variable and nothing else.
    static func isVariable(_ text: String) -> Bool {
        text.utf8.first == UInt8(ascii: "$") && text.utf8.count > 1 && text.utf8.dropFirst().allSatisfy(isWord)
    }

    /// Every `$name` and `${name}` of a text. In a definition that is a text the variable that it defines is among them.
    static func variables(in text: String) -> Set<String> {
        var found: Set<String> = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "$") else {
                index += 1
                continue
            }
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "{") { index += 1 }
            let start = index
            while index < bytes.count, isWord(bytes[index]) { index += 1 }
            if start < index { found.insert("$" + String(decoding: bytes[start..<index], as: UTF8.self)) }
        }
        return found
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
    }
}
