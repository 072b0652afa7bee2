/// Source text to tokens, by the rules of Lua 5.4's llex.c: comments, numerals, quoted strings and long brackets.
struct Lexer: Sendable {
    let source: ExpressionSource
    /// Whether `30s` is a length of time (signals) or a malformed number (requests, Lua).
    let readsDurations: Bool
    /// Where the next token is looked for.
    var position = 0

    init(_ source: ExpressionSource, readsDurations: Bool) throws(ExpressionError) {
        self.source = source
        self.readsDurations = readsDurations
        if source.bytes.count > ExpressionLimits.sourceBytes {
            throw source.error(
                .limit, "the expression is \(source.bytes.count) bytes long; at most \(ExpressionLimits.sourceBytes) are read", at: 0,
                suggestion: "split it into several rules")
        }
    }

    var bytes: [UInt8] { source.bytes }

    /// The byte at `position + distance`, or nil beyond the end.
    func peek(_ distance: Int = 0) -> UInt8? {
        let index = position + distance
        return index < source.bytes.count ? source.bytes[index] : nil
    }

    /// The next token and where it begins.
    mutating func next() throws(ExpressionError) -> (token: Token, start: Int) {
        try skipBlanksAndComments()
        let start = position
        guard let byte = peek() else { return (.end, start) }
        if Self.isDigit(byte) || (byte == UInt8(ascii: ".") && peek(1).map(Self.isDigit) == true) { return (try numeral(), start) }
        if Self.isNameStart(byte) { return (nameOrKeyword(), start) }
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") { return (.string(try quotedString(byte)), start) }
        if byte == UInt8(ascii: "["), let level = longBracketLevel() { return (.string(try longString(level, what: "string")), start) }
        return (.symbol(try symbol()), start)
    }

    // MARK: - Names

    static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
    static func isNameStart(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_") }
    static func isNamePart(_ byte: UInt8) -> Bool { isNameStart(byte) || isDigit(byte) }
    static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

    /// Whether `bytes` can be written as a name: letters, digits and `_`, not beginning with a digit, and no reserved word.
    static func isIdentifier(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, isNameStart(first), bytes.allSatisfy(isNamePart) else { return false }
        return Token.Keyword(rawValue: String(decoding: bytes, as: UTF8.self)) == nil
    }

    private mutating func nameOrKeyword() -> Token {
        let start = position
        while let byte = peek(), Self.isNamePart(byte) { position += 1 }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        return Token.Keyword(rawValue: text).map { .keyword($0) } ?? .name(text)
    }

    // MARK: - Blanks and comments

    private mutating func skipBlanksAndComments() throws(ExpressionError) {
        while let byte = peek() {
            if Self.isBlank(byte) {
                position += 1
            } else if byte == UInt8(ascii: "-"), peek(1) == UInt8(ascii: "-") {
                position += 2
                if peek() == UInt8(ascii: "["), let level = longBracketLevel() {
                    _ = try longString(level, what: "comment")
                } else {
                    while let byte = peek(), byte != UInt8(ascii: "\n"), byte != UInt8(ascii: "\r") { position += 1 }
                }
            } else {
                return
            }
        }
    }

    // MARK: - Symbols

    private mutating func symbol() throws(ExpressionError) -> Token.Symbol {
        if let hint = foreignSymbol() {
            throw source.error(.syntax, "'\(hint.text)' is no operator of this language", at: position, suggestion: "write \(hint.instead)")
        }
        if let (symbol, length) = Token.Symbol.longest(peek() ?? 0, peek(1) ?? 0, peek(2) ?? 0) {
            position += length
            return symbol
        }
        let character = String(decoding: bytes[position...], as: UTF8.self).first.map(String.init) ?? ""
        let hint = Self.foreignMarks.first { $0.mark == character }
        throw source.error(
            .syntax, "unexpected character '\(character)'", at: position, suggestion: hint.map { "write \($0.instead)" })
    }

    /// An operator of another language at `position`.
    private func foreignSymbol() -> (text: String, instead: String)? {
        switch (peek(), peek(1)) {
        case (UInt8(ascii: "!"), _), (UInt8(ascii: "<"), UInt8(ascii: ">")), (UInt8(ascii: "="), UInt8(ascii: "=")),
            (UInt8(ascii: "="), UInt8(ascii: "~")), (UInt8(ascii: "&"), UInt8(ascii: "&")), (UInt8(ascii: "|"), UInt8(ascii: "|")):
            Self.foreignSymbols.first { bytes[position...].starts(with: $0.text.utf8) }
        default: nil
        }
    }

    /// What people of other languages write, and what they mean here.
    private static let foreignSymbols: [(text: String, instead: String)] = [
        ("!=", "~= for \"not equal\""), ("<>", "~= for \"not equal\""), ("===", "== for \"equal\""), ("&&", "'and'"), ("||", "'or'"),
        ("=~", "path:match(\"pattern\") for a pattern"), ("!", "'not'"),
    ]
    private static let foreignMarks: [(mark: String, instead: String)] = [
        ("\u{201C}", "plain quotes \""), ("\u{201D}", "plain quotes \""), ("\u{2018}", "plain quotes '"), ("\u{2019}", "plain quotes '"),
        ("\u{FF08}", "("), ("\u{FF09}", ")"), ("\u{FF0C}", ","), ("\u{FF1A}", ":"), ("\u{2265}", ">="), ("\u{2264}", "<="),
        ("\u{2260}", "~="), ("\u{A0}", "an ordinary space"), ("\u{3000}", "an ordinary space"), ("`", "quotes \" or '"),
        ("?", "'and' and 'or': a and b or c"), ("$", "the name without '$'"), ("@", "the name without '@'"),
    ]
}
