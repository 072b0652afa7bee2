extension Lexer {
    /// The number of `=` in a long bracket that opens at `position` (`[[`, `[==[`), or nil when none does.
    func longBracketLevel() -> Int? {
        var level = 0
        while peek(1 + level) == UInt8(ascii: "=") { level += 1 }
        return peek(1 + level) == UInt8(ascii: "[") ? level : nil
    }

    /// `[==[ ... ]==]`: no escapes, the first line break left out, every line break read as one `\n`.
    mutating func longString(_ level: Int, what: String) throws(ExpressionError) -> [UInt8] {
        let start = position
        position += level + 2
        var content: [UInt8] = []
        if let byte = peek(), Self.isLineBreak(byte) { skipLineBreak() }
        while let byte = peek() {
            if byte == UInt8(ascii: "]"), closesLongBracket(level) {
                position += level + 2
                return content
            }
            if Self.isLineBreak(byte) {
                skipLineBreak()
                content.append(UInt8(ascii: "\n"))
            } else {
                content.append(byte)
                position += 1
            }
        }
        let closing = "]" + String(repeating: "=", count: level) + "]"
        throw source.error(.syntax, "the long \(what) that begins here does not end", at: start, suggestion: "close it with \(closing)")
    }

    private func closesLongBracket(_ level: Int) -> Bool {
        for distance in 0..<level where peek(1 + distance) != UInt8(ascii: "=") { return false }
        return peek(1 + level) == UInt8(ascii: "]")
    }

    static func isLineBreak(_ byte: UInt8) -> Bool { byte == 10 || byte == 13 }

    /// Steps over `\n`, `\r`, `\r\n` or `\n\r`.
    private mutating func skipLineBreak() {
        let first = peek()
        position += 1
        if let second = peek(), Self.isLineBreak(second), second != first { position += 1 }
    }

    mutating func quotedString(_ quote: UInt8) throws(ExpressionError) -> [UInt8] {
        let start = position
        position += 1
        var content: [UInt8] = []
        while let byte = peek() {
            if byte == quote {
                position += 1
                return content
            }
            if Self.isLineBreak(byte) { break }
            if byte == UInt8(ascii: "\\") {
                try escape(into: &content)
            } else {
                content.append(byte)
                position += 1
            }
        }
        throw source.error(
            .syntax, "the string that begins here does not end", at: start,
            suggestion: "close it with \(String(decoding: [quote], as: UTF8.self))")
    }

    private mutating func escape(into content: inout [UInt8]) throws(ExpressionError) {
        let start = position
        position += 1
        guard let byte = peek() else { return }  // the caller reports the open string
        switch byte {
        case UInt8(ascii: "a"): content.append(7)
        case UInt8(ascii: "b"): content.append(8)
        case UInt8(ascii: "t"): content.append(9)
        case UInt8(ascii: "n"): content.append(10)
        case UInt8(ascii: "v"): content.append(11)
        case UInt8(ascii: "f"): content.append(12)
        case UInt8(ascii: "r"): content.append(13)
        case UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "'"): content.append(byte)
        case 10, 13:
            skipLineBreak()
            content.append(10)
            return
        case UInt8(ascii: "x"):
            guard let high = peek(1).flatMap(hexDigit), let low = peek(2).flatMap(hexDigit) else {
                throw source.error(.syntax, "\\x is followed by two hexadecimal digits", at: start, suggestion: "for example \\x41")
            }
            content.append(high << 4 | low)
            position += 2
        case UInt8(ascii: "z"):
            position += 1
            while let byte = peek(), Self.isBlank(byte) { position += 1 }
            return
        case UInt8(ascii: "u"):
            try codePoint(from: start, into: &content)
            return
        case 48...57:
            try decimalEscape(from: start, into: &content)
            return
        default:
            let character = String(decoding: bytes[position...], as: UTF8.self).first.map(String.init) ?? ""
            throw source.error(
                .syntax, "unknown escape '\\\(character)' in a string", at: start,
                suggestion: "write \\\\ for a backslash; in Lua patterns the escape is %, as in %d and %.")
        }
        position += 1
    }

    private mutating func decimalEscape(from start: Int, into content: inout [UInt8]) throws(ExpressionError) {
        var value = 0
        var digits = 0
        while digits < 3, let byte = peek(), Self.isDigit(byte) {
            value = value * 10 + Int(byte - 48)
            digits += 1
            position += 1
        }
        guard value <= 255 else {
            throw source.error(.syntax, "\\\(value) is no byte: a decimal escape goes up to \\255", at: start)
        }
        content.append(UInt8(value))
    }

    /// `\u{XXX}`: a code point below 2^31, written in (extended) UTF-8 as Lua does.
    private mutating func codePoint(from start: Int, into content: inout [UInt8]) throws(ExpressionError) {
        position += 1
        var value: UInt32 = 0
        var digits = 0
        guard peek() == UInt8(ascii: "{") else {
            throw source.error(.syntax, "\\u is followed by a code point in braces", at: start, suggestion: "for example \\u{4E2D}")
        }
        position += 1
        while let digit = peek().flatMap(hexDigit) {
            guard value <= 0x7FF_FFFF else {
                throw source.error(.syntax, "the code point is too large: it must be below 2^31", at: start)
            }
            value = value << 4 | UInt32(digit)
            digits += 1
            position += 1
        }
        guard digits > 0, peek() == UInt8(ascii: "}") else {
            throw source.error(.syntax, "\\u is followed by a code point in braces", at: start, suggestion: "for example \\u{4E2D}")
        }
        position += 1
        Self.appendExtendedUTF8(value, to: &content)
    }

    /// UTF-8 as first defined, with up to six bytes (lobject.c, luaO_utf8esc).
    static func appendExtendedUTF8(_ value: UInt32, to content: inout [UInt8]) {
        if value < 0x80 {
            content.append(UInt8(value))
            return
        }
        var rest = value
        var tail: [UInt8] = []
        var firstByteMaximum: UInt32 = 0x3F
        repeat {
            tail.append(UInt8(0x80 | (rest & 0x3F)))
            rest >>= 6
            firstByteMaximum >>= 1
        } while rest > firstByteMaximum
        content.append(UInt8(truncatingIfNeeded: (~firstByteMaximum << 1) | rest))
        content.append(contentsOf: tail.reversed())
    }
}
