/// A Lua pattern (Lua 5.4 manual, 6.4.1) as a regular expression that finds a match in exactly the same texts.
///
/// Every item becomes a class of bytes written with `\xHH`, so nothing of the pattern's text reaches nginx as it stands. Captures only
/// group; back references, `%b` and `%f` are refused.
struct LuaPattern {
    let regularExpression: String

    /// - Throws: `PrintingRefusal` for an item that a regular expression is not given here, or a malformed pattern.
    init(_ pattern: [UInt8]) throws(PrintingRefusal) {
        var reader = Reader(pattern: pattern)
        regularExpression = try reader.expression()
    }

    private struct Reader {
        let pattern: [UInt8]
        var index = 0
        var openGroups = 0

        var text: String { String(decoding: pattern, as: UTF8.self) }
        func refusal(_ reason: String) -> PrintingRefusal { PrintingRefusal(part: "the pattern \"\(text)\"", reason: reason) }

        mutating func expression() throws(PrintingRefusal) -> String {
            var output = ""
            if pattern.first == UInt8(ascii: "^") {
                output = "^"
                index = 1
            }
            while index < pattern.count {
                switch pattern[index] {
                case UInt8(ascii: "("):
                    index += 1
                    openGroups += 1
                    output += "(?:"
                case UInt8(ascii: ")"):
                    guard openGroups > 0 else { throw refusal("it closes a capture that was not opened") }
                    index += 1
                    openGroups -= 1
                    output += ")"
                case UInt8(ascii: "$") where index == pattern.count - 1:
                    index += 1
                    output += #"\z"#
                default: output += ByteClass.expression(try item()) + repetition()
                }
            }
            guard openGroups == 0 else { throw refusal("a capture is not closed") }
            return output
        }

        /// The bytes that one item stands for.
        private mutating func item() throws(PrintingRefusal) -> [Bool] {
            let byte = pattern[index]
            index += 1
            switch byte {
            case UInt8(ascii: "."): return [Bool](repeating: true, count: 256)
            case UInt8(ascii: "["): return try set()
            case UInt8(ascii: "%"):
                guard index < pattern.count else { throw refusal("it ends in '%'") }
                let escaped = pattern[index]
                index += 1
                if escaped == UInt8(ascii: "b") || escaped == UInt8(ascii: "f") || (48...57).contains(escaped) {
                    throw refusal("'%\(Character(UnicodeScalar(escaped)))' has no counterpart in a regular expression")
                }
                return ByteClass.escaped(escaped)
            default: return ByteClass.single(byte)
            }
        }

        /// What stands in brackets; the opening one is read.
        private mutating func set() throws(PrintingRefusal) -> [Bool] {
            var members = [Bool](repeating: false, count: 256)
            let isNegated = index < pattern.count && pattern[index] == UInt8(ascii: "^")
            if isNegated { index += 1 }
            var isFirst = true
            while true {
                guard index < pattern.count else { throw refusal("a set is not closed") }
                let byte = pattern[index]
                if byte == UInt8(ascii: "]"), !isFirst { break }
                isFirst = false
                if byte == UInt8(ascii: "%") {
                    guard index + 1 < pattern.count else { throw refusal("it ends in '%'") }
                    let escaped = ByteClass.escaped(pattern[index + 1])
                    for value in 0..<256 where escaped[value] { members[value] = true }
                    index += 2
                } else if index + 2 < pattern.count, pattern[index + 1] == UInt8(ascii: "-"), pattern[index + 2] != UInt8(ascii: "]") {
                    let last = pattern[index + 2]
                    if byte <= last { for value in byte...last { members[Int(value)] = true } }
                    index += 3
                } else {
                    members[Int(byte)] = true
                    index += 1
                }
            }
            index += 1
            return isNegated ? members.map { !$0 } : members
        }

        private mutating func repetition() -> String {
            guard index < pattern.count else { return "" }
            switch pattern[index] {
            case UInt8(ascii: "*"):
                index += 1
                return "*"
            case UInt8(ascii: "+"):
                index += 1
                return "+"
            case UInt8(ascii: "-"):
                index += 1
                return "*?"
            case UInt8(ascii: "?"):
                index += 1
                return "?"
            default: return ""
            }
        }
    }
}

/// Sets of bytes: Lua's classes in the C locale, and their spelling in a regular expression.
private enum ByteClass {
    static func single(_ byte: UInt8) -> [Bool] { (0..<256).map { $0 == Int(byte) } }

    /// What `%x` stands for: a class, its complement for a capital letter, or the byte itself.
    static func escaped(_ letter: UInt8) -> [Bool] {
        let isLetter = (65...90).contains(letter) || (97...122).contains(letter)
        guard isLetter, let holds = members(letter | 32) else { return single(letter) }
        let isComplement = letter < 97
        return (0..<256).map { holds($0) != isComplement }
    }

    private static func members(_ letter: UInt8) -> ((Int) -> Bool)? {
        let isDigit: (Int) -> Bool = { (48...57).contains($0) }
        let isLower: (Int) -> Bool = { (97...122).contains($0) }
        let isUpper: (Int) -> Bool = { (65...90).contains($0) }
        let isGraphic: (Int) -> Bool = { (33...126).contains($0) }
        switch letter {
        case UInt8(ascii: "a"): return { isLower($0) || isUpper($0) }
        case UInt8(ascii: "c"): return { $0 < 32 || $0 == 127 }
        case UInt8(ascii: "d"): return isDigit
        case UInt8(ascii: "g"): return isGraphic
        case UInt8(ascii: "l"): return isLower
        case UInt8(ascii: "p"): return { isGraphic($0) && !isDigit($0) && !isLower($0) && !isUpper($0) }
        case UInt8(ascii: "s"): return { (9...13).contains($0) || $0 == 32 }
        case UInt8(ascii: "u"): return isUpper
        case UInt8(ascii: "w"): return { isDigit($0) || isLower($0) || isUpper($0) }
        case UInt8(ascii: "x"): return { isDigit($0) || (65...70).contains($0) || (97...102).contains($0) }
        default: return nil
        }
    }

    /// A set as ranges; a single byte stands for itself where it can.
    static func expression(_ members: [Bool]) -> String {
        let bytes = (0..<256).filter { members[$0] }
        if bytes.count == 1 { return NginxText.pattern(literally: [UInt8(bytes[0])]) }
        if bytes.isEmpty { return "(?!)" }
        if bytes.count == 256 { return #"[\x00-\xff]"# }
        var ranges = ""
        var index = 0
        while index < bytes.count {
            var end = index
            while end + 1 < bytes.count, bytes[end + 1] == bytes[end] + 1 { end += 1 }
            ranges += NginxText.hexadecimal(UInt8(bytes[index]))
            if end > index { ranges += "-" + NginxText.hexadecimal(UInt8(bytes[end])) }
            index = end + 1
        }
        return "[\(ranges)]"
    }
}
