/// Reads the part of PCRE's syntax whose meaning a linear-time matcher has: no back references, no look-around, nothing possessive.
struct RegexParser {
    let pattern: [UInt8]
    var index = 0
    var options: RegexOptions
    private var depth = 0

    static let maximumBytes = 4096
    static let maximumDepth = 100
    /// PCRE's own limit is 65535; a repetition is written out, so the size of the program is the limit in practice.
    static let maximumCount = 1000

    init(_ pattern: [UInt8], _ options: RegexOptions) {
        self.pattern = pattern
        self.options = options
    }

    static func parse(_ pattern: [UInt8], _ options: RegexOptions) throws(RegexProblem) -> RegexNode {
        guard pattern.count <= maximumBytes else { throw RegexProblem("a pattern of more than \(maximumBytes) bytes", at: 0) }
        if options.isUnicode, String(validating: pattern, as: UTF8.self) == nil {
            throw RegexProblem("with the option u the pattern must be UTF-8", at: 0)
        }
        var parser = RegexParser(pattern, options)
        let node = try parser.alternatives()
        guard parser.index == pattern.count else {
            throw RegexProblem("this ')' closes nothing", at: parser.index, suggestion: #"write \)"#)
        }
        return node
    }

    var peek: UInt8? { index < pattern.count ? pattern[index] : nil }

    func follows(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { pattern[index...].starts(with: $0) }
    }

    mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        index += 1
        return true
    }

    // MARK: - Structure

    mutating func alternatives() throws(RegexProblem) -> RegexNode {
        depth += 1
        defer { depth -= 1 }
        if depth > Self.maximumDepth { throw RegexProblem("groups nest more than \(Self.maximumDepth) deep", at: index) }
        // Options set inside of a group end with it.
        let outer = options
        defer { options = outer }
        var choices = [try sequence()]
        while take(UInt8(ascii: "|")) { choices.append(try sequence()) }
        return choices.count == 1 ? choices[0] : .alternatives(choices)
    }

    private mutating func sequence() throws(RegexProblem) -> RegexNode {
        var items: [RegexNode] = []
        while true {
            skipBlanks()
            guard let byte = peek, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") else { break }
            let start = index
            guard let item = try atom() else { continue }
            skipBlanks()
            items.append(try quantified(item, start))
        }
        return items.count == 1 ? items[0] : items.isEmpty ? .empty : .sequence(items)
    }

    /// Blanks and comments, where the option x makes them nothing.
    private mutating func skipBlanks() {
        guard options.isExtended else { return }
        while let byte = peek {
            if ByteSet.blanks.contains(byte) {
                index += 1
            } else if byte == UInt8(ascii: "#") {
                while let byte = peek, byte != 10 { index += byte == 10 ? 0 : 1 }
            } else {
                return
            }
        }
    }

    private mutating func quantified(_ item: RegexNode, _ start: Int) throws(RegexProblem) -> RegexNode {
        guard let (least, most) = try quantifier() else { return item }
        if let byte = peek {
            if byte == UInt8(ascii: "+") {
                throw RegexProblem(
                    "a possessive repetition has no meaning here", at: index, suggestion: "leave the '+' out: nothing backtracks anyway")
            }
            // Greedy or not, whether there is a match is the same.
            if byte == UInt8(ascii: "?") { index += 1 }
        }
        let end = index
        if try quantifier() != nil { throw RegexProblem("nothing to repeat", at: end, suggestion: "put what is repeated twice in (?:...)") }
        return .repeated(item, least: least, most: most)
    }

    /// `*`, `+`, `?`, `{n}`, `{n,}` or `{n,m}`; nil when there is none. Other braces are themselves.
    private mutating func quantifier() throws(RegexProblem) -> (least: Int, most: Int?)? {
        switch peek {
        case UInt8(ascii: "*"): index += 1; return (0, nil)
        case UInt8(ascii: "+"): index += 1; return (1, nil)
        case UInt8(ascii: "?"): index += 1; return (0, 1)
        case UInt8(ascii: "{"): break
        default: return nil
        }
        let start = index
        index += 1
        let least = number()
        var most = least
        if take(UInt8(ascii: ",")) { most = number() }
        guard take(UInt8(ascii: "}")) else {
            index = start
            return nil
        }
        guard let least else {
            if most != nil {
                throw RegexProblem(
                    "'{,n}' means different things in different versions of PCRE", at: start, suggestion: "write {0,n} or \\{")
            }
            index = start
            return nil
        }
        let isOpen = pattern[index - 2] == UInt8(ascii: ",")
        let upper = isOpen ? nil : most
        guard max(least, upper ?? 0) <= Self.maximumCount else {
            throw RegexProblem("a repetition of more than \(Self.maximumCount)", at: start)
        }
        if let upper, upper < least { throw RegexProblem("the bounds of the repetition stand the wrong way round", at: start) }
        return (least, upper)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let byte = peek, Lexer.isDigit(byte) {
            value = min(100_000, (value ?? 0) * 10 + Int(byte - 48))
            index += 1
        }
        return value
    }

    // MARK: - Atoms

    /// The next item; nil for one that only sets options.
    private mutating func atom() throws(RegexProblem) -> RegexNode? {
        let start = index
        let byte = pattern[index]
        index += 1
        switch byte {
        case UInt8(ascii: "("): return try group(start)
        case UInt8(ascii: "["): return try characterClass(start)
        case UInt8(ascii: "\\"): return try escape(start)
        case UInt8(ascii: "^"): return .assertion(options.isMultiline ? .lineStart : .textStart)
        case UInt8(ascii: "$"): return .assertion(options.isMultiline ? .lineEnd : .textEndOrLastLine)
        case UInt8(ascii: "."): return node(RegexClass(options.dotMatchesAll ? .all : ByteSet([10]).inverted, options))
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
            throw RegexProblem(
                "nothing to repeat", at: start, suggestion: "write \\\(Character(Unicode.Scalar(byte))) for the character itself")
        case UInt8(ascii: "{"):
            index = start
            if try quantifier() != nil {
                throw RegexProblem("nothing to repeat", at: start, suggestion: "write \\{ for the character itself")
            }
            index = start + 1
            return literal(byte)
        case 128... where options.isUnicode:
            // The pattern is valid UTF-8, so the bytes of the character follow.
            while let next = peek, next & 0xC0 == 0x80 { index += 1 }
            return .sequence(try scalarBytes(start))
        default: return literal(byte)
        }
    }

    private func scalarBytes(_ start: Int) throws(RegexProblem) -> [RegexNode] {
        if options.isCaseless, let scalar = String(decoding: pattern[start..<index], as: UTF8.self).unicodeScalars.first,
            scalar.properties.lowercaseMapping != scalar.properties.uppercaseMapping
        {
            throw RegexProblem(
                "the letter '\(scalar)' has two cases, and the option i knows only ASCII", at: start,
                suggestion: "write both: (?:\(scalar.properties.lowercaseMapping)|\(scalar.properties.uppercaseMapping))")
        }
        return pattern[start..<index].map { .set(ByteSet([$0])) }
    }

    func literal(_ byte: UInt8) -> RegexNode {
        let set = ByteSet([byte])
        return .set(options.isCaseless ? set.caseless : set)
    }

    func node(_ found: RegexClass) -> RegexNode { found.node }
}
