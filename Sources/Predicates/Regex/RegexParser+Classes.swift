extension RegexParser {
    // MARK: - Escapes

    /// What follows a backslash, outside of a class.
    mutating func escape(_ start: Int) throws(RegexProblem) -> RegexNode {
        guard let byte = peek else {
            throw RegexProblem("the pattern ends with a backslash", at: start, suggestion: #"write \\ for a backslash"#)
        }
        index += 1
        switch byte {
        case UInt8(ascii: "b"): return .assertion(.wordBoundary)
        case UInt8(ascii: "B"): return .assertion(.notWordBoundary)
        case UInt8(ascii: "A"): return .assertion(.textStart)
        case UInt8(ascii: "z"): return .assertion(.textEnd)
        case UInt8(ascii: "Z"): return .assertion(.textEndOrLastLine)
        case UInt8(ascii: "1")...UInt8(ascii: "9"), UInt8(ascii: "g"), UInt8(ascii: "k"):
            throw RegexProblem("back references cannot be matched in linear time, and are not known here", at: start)
        default:
            index -= 1
            if let set = shorthand() { return RegexClass(set, options).node }
            return literal(try characterEscape(start))
        }
    }

    /// `\d`, `\w`, `\s` and their opposites, from the letter on; nil for anything else.
    private mutating func shorthand() -> ByteSet? {
        let set: ByteSet
        switch peek.map({ $0 | 32 }) {
        case UInt8(ascii: "d"): set = .digits
        case UInt8(ascii: "w"): set = .word
        case UInt8(ascii: "s"): set = .blanks
        default: return nil
        }
        defer { index += 1 }
        return pattern[index] < 96 ? set.inverted : set
    }

    /// An escape that stands for one byte, from the character after the backslash on.
    private mutating func characterEscape(_ start: Int) throws(RegexProblem) -> UInt8 {
        let byte = pattern[index]
        index += 1
        switch byte {
        case UInt8(ascii: "n"): return 10
        case UInt8(ascii: "r"): return 13
        case UInt8(ascii: "t"): return 9
        case UInt8(ascii: "f"): return 12
        case UInt8(ascii: "e"): return 27
        case UInt8(ascii: "a"): return 7
        case UInt8(ascii: "x"): return try hexadecimal(start)
        case UInt8(ascii: "0") where peek.map({ !Lexer.isDigit($0) }) ?? true: return 0
        case _ where ByteSet.letters.union(.digits).contains(byte):
            throw RegexProblem(
                "the escape '\\\(Character(Unicode.Scalar(byte)))' is not known here", at: start,
                suggestion: #"known are \d \w \s \b and their opposites, \A \z \Z, \n \r \t \f \e \a and \xHH"#)
        default: return byte
        }
    }

    private mutating func hexadecimal(_ start: Int) throws(RegexProblem) -> UInt8 {
        let isBraced = peek == UInt8(ascii: "{")
        if isBraced { index += 1 }
        var value = 0
        var digits = 0
        while digits < (isBraced ? 8 : 2), let byte = peek, let digit = hexDigit(byte) {
            value = value * 16 + Int(digit)
            digits += 1
            index += 1
        }
        if isBraced {
            guard peek == UInt8(ascii: "}") else { throw RegexProblem("the number of '\\x{' does not end", at: start) }
            index += 1
        }
        guard digits > 0, value < (options.isUnicode ? 128 : 256) else {
            throw RegexProblem(
                "'\\x' takes a number up to \(options.isUnicode ? "7F" : "FF")", at: start, suggestion: "write other characters as they are"
            )
        }
        return UInt8(value)
    }

    // MARK: - Classes

    private static let namedClasses: [(name: StaticString, set: ByteSet)] = [
        ("alpha", .letters), ("digit", .digits), ("alnum", .letters.union(.digits)), ("word", .word), ("space", .blanks),
        ("upper", ByteSet(65...90)), ("lower", ByteSet(97...122)), ("xdigit", ByteSet(Array(48...57) + Array(65...70) + Array(97...102))),
        ("punct", ByteSet(Array(33...47) + Array(58...64) + Array(91...96) + Array(123...126))), ("blank", ByteSet([9, 32])),
        ("cntrl", ByteSet(Array(0...31) + [127])), ("graph", ByteSet(33...126)), ("print", ByteSet(32...126)), ("ascii", ByteSet(0...127)),
    ]

    /// `[...]`, from after the bracket on.
    mutating func characterClass(_ start: Int) throws(RegexProblem) -> RegexNode {
        let isNegated = peek == UInt8(ascii: "^")
        if isNegated { index += 1 }
        var found = RegexClass(ByteSet(), options)
        var isFirst = true
        while true {
            guard let byte = peek else {
                throw RegexProblem("the class that begins here does not end", at: start, suggestion: "close it with ]")
            }
            if byte == UInt8(ascii: "]"), !isFirst { break }
            isFirst = false
            try member(of: &found)
        }
        index += 1
        if options.isCaseless { found.bytes = found.bytes.caseless }
        if isNegated {
            guard found.characters.isEmpty else {
                throw RegexProblem("a class that excludes characters beyond ASCII is not known here", at: start)
            }
            found.bytes = options.isUnicode ? found.bytes.inverted.ascii : found.bytes.inverted
            found.isBeyondASCII = options.isUnicode && !found.isBeyondASCII
        }
        return found.node
    }

    /// Reads one member: a character, a range, an escape, or a class by its name.
    private mutating func member(of found: inout RegexClass) throws(RegexProblem) {
        let start = index
        if follows("[:") {
            try named(&found, start)
            return
        }
        if follows("[.") || follows("[=") { throw RegexProblem("collating elements are not known here", at: start) }
        guard let low = try single(&found) else { return }
        guard peek == UInt8(ascii: "-"), index + 1 < pattern.count, pattern[index + 1] != UInt8(ascii: "]") else {
            found.bytes.insert(low)
            return
        }
        index += 1
        let end = index
        var ignored = RegexClass(ByteSet(), options)
        guard !follows("[:"), let high = try single(&ignored) else {
            throw RegexProblem("a range ends with a character", at: end, suggestion: "put the '-' at the end of the class")
        }
        guard low <= high else { throw RegexProblem("the ends of the range stand the wrong way round", at: start) }
        for byte in low...high { found.bytes.insert(byte) }
    }

    /// One byte of a class; nil when it was a shorthand or a character beyond ASCII, which is then added.
    private mutating func single(_ found: inout RegexClass) throws(RegexProblem) -> UInt8? {
        let start = index
        let byte = pattern[index]
        index += 1
        if byte == UInt8(ascii: "\\") {
            guard let next = peek else { throw RegexProblem("the pattern ends with a backslash", at: start) }
            if next == UInt8(ascii: "b") {
                index += 1
                return 8
            }
            guard let set = shorthand() else { return try characterEscape(start) }
            let part = RegexClass(set, options)
            found.bytes = found.bytes.union(part.bytes)
            found.isBeyondASCII = found.isBeyondASCII || part.isBeyondASCII
            return nil
        }
        guard options.isUnicode, byte >= 128 else { return byte }
        while let next = peek, next & 0xC0 == 0x80 { index += 1 }
        let isRange = peek == UInt8(ascii: "-") && index + 1 < pattern.count && pattern[index + 1] != UInt8(ascii: "]")
        if options.isCaseless || isRange {
            throw RegexProblem("characters beyond ASCII stand in a class one by one, and without the option i", at: start)
        }
        found.characters.append(Array(pattern[start..<index]))
        return nil
    }

    private mutating func named(_ found: inout RegexClass, _ start: Int) throws(RegexProblem) {
        index += 2
        let isNegated = peek == UInt8(ascii: "^")
        if isNegated { index += 1 }
        for (name, set) in Self.namedClasses where follows(name) {
            let after = index + name.utf8CodeUnitCount
            guard pattern[after...].starts(with: Array(":]".utf8)) else { continue }
            index = after + 2
            // Without regard to case, an upper-case letter is any letter, and so is the opposite.
            let members = options.isCaseless && ["upper", "lower"].contains(name.description) ? .letters : set
            let part = RegexClass(isNegated ? members.inverted : members, options)
            found.bytes = found.bytes.union(part.bytes)
            found.isBeyondASCII = found.isBeyondASCII || part.isBeyondASCII
            if peek == UInt8(ascii: "-"), index + 1 < pattern.count, pattern[index + 1] != UInt8(ascii: "]") {
                throw RegexProblem("a range begins with a character", at: start, suggestion: "put the '-' at the end of the class")
            }
            return
        }
        throw RegexProblem("unknown class in '[:...:]'", at: start, suggestion: "for example [[:alpha:]] or [[:digit:]]")
    }
}
