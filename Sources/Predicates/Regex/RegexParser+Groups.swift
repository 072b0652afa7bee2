extension RegexParser {
    /// What follows an opening parenthesis; nil for a group that only sets options.
    mutating func group(_ start: Int) throws(RegexProblem) -> RegexNode? {
        guard take(UInt8(ascii: "?")) else {
            if peek == UInt8(ascii: "*") { throw RegexProblem("verbs such as (*SKIP) have no meaning here", at: start) }
            return try closed(start)
        }
        for (mark, what) in [
            ("=", "look-ahead"), ("!", "look-ahead"), ("<=", "look-behind"), ("<!", "look-behind"), (">", "an atomic group"),
            ("|", "a branch reset"), ("R", "recursion"), ("&", "recursion"), ("(", "a condition"), ("#", "a comment"), ("P>", "recursion"),
            ("P=", "a back reference"),
        ] where pattern[index...].starts(with: Array(mark.utf8)) {
            throw RegexProblem(
                "\(what) cannot be matched in linear time, and is not known here", at: start,
                suggestion: "write the condition as several joined with 'and', 'or' and 'not'")
        }
        if take(UInt8(ascii: ":")) { return try closed(start) }
        if follows("P<") || follows("<") || follows("'") {
            let close = peek == UInt8(ascii: "'") ? UInt8(ascii: "'") : UInt8(ascii: ">")
            index += follows("P<") ? 2 : 1
            let name = index
            while let byte = peek, ByteSet.word.contains(byte) { index += 1 }
            guard index > name, !Lexer.isDigit(pattern[name]), take(close) else {
                throw RegexProblem("the name of the group does not end", at: start)
            }
            return try closed(start)
        }
        return try inlineOptions(start)
    }

    /// The rest of a group up to its `)`.
    private mutating func closed(_ start: Int) throws(RegexProblem) -> RegexNode {
        let node = try alternatives()
        guard take(UInt8(ascii: ")")) else {
            throw RegexProblem("the group that begins here does not end", at: start, suggestion: "close it with )")
        }
        return node
    }

    /// `(?i)` and `(?i-s:...)`.
    private mutating func inlineOptions(_ start: Int) throws(RegexProblem) -> RegexNode? {
        var changed = options
        var isOn = true
        while let byte = peek {
            index += 1
            switch byte {
            case UInt8(ascii: "i"): changed.isCaseless = isOn
            case UInt8(ascii: "m"): changed.isMultiline = isOn
            case UInt8(ascii: "s"): changed.dotMatchesAll = isOn
            case UInt8(ascii: "x"): changed.isExtended = isOn
            case UInt8(ascii: "-") where isOn: isOn = false
            case UInt8(ascii: ")"):
                options = changed
                return nil
            case UInt8(ascii: ":"):
                let outer = options
                options = changed
                defer { options = outer }
                return try closed(start)
            default:
                throw RegexProblem(
                    "unknown group '(?\(Character(Unicode.Scalar(byte)))'", at: start,
                    suggestion: "known are (...), (?:...), (?<name>...) and (?imsx-imsx)")
            }
        }
        throw RegexProblem("the group that begins here does not end", at: start, suggestion: "close it with )")
    }
}
