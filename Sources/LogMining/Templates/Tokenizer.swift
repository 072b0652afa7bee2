/// Cuts a message into words and masks what varies: numbers, identifiers with digits, addresses, paths, e-mail, quoted text, secrets.
///
/// One rule set for every format. A word with a digit in it is variable; words joined by punctuation without a space collapse into one
/// variable once two of them vary (`10.0.0.1:80`); a number list does too. Text beyond ASCII keeps its words, and only the ASCII run
/// with digits inside it is masked.
struct Tokenizer: Sendable {
    /// Words beyond are one variable.
    static let maximumTokens = 96
    /// Bytes of a message that are looked at.
    static let maximumBytes = 4096
    /// A quoted text longer than this is not closed by the next quotation mark.
    static let maximumQuotedBytes = 512
    /// Words this long without a space are no words: keys, tokens, encoded data.
    static let maximumWordBytes = 40

    private(set) var tokens: [Token] = []
    private var separator = 0
    private var secretFollows = false

    /// Replaces `tokens` by those of `bytes`.
    mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) {
        tokens.removeAll(keepingCapacity: true)
        separator = 0
        secretFollows = false
        let count = min(bytes.count, Self.maximumBytes)
        var index = 0
        while index < count {
            let kind = ByteKind.table[Int(bytes[index])]
            if kind == .separator {
                if bytes[index] == UInt8(ascii: ")") { closeAside(bytes, at: index) }
                index += 1
            } else if kind == .quote, let close = Self.closingQuote(bytes, at: index, count: count) {
                index += 1
                appendVariable(bytes, index, close)
                index = close + 1
            } else if kind == .quote {
                index += 1
            } else {
                index = readWord(bytes, at: index, count: count)
            }
            if tokens.count >= Self.maximumTokens {
                appendVariable(bytes, index, count)
                return
            }
        }
    }

    private mutating func readWord(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int, count: Int) -> Int {
        var index = start
        let isForeign = bytes[start] >= 0x80
        var marks = WordMarks()
        while index < count {
            let byte = bytes[index]
            let kind = ByteKind.table[Int(byte)]
            if (byte >= 0x80) != isForeign { break }
            if kind == .colon {
                guard index > start, index + 1 < count, Self.colonBelongs(bytes, at: index, marks) else { break }
            } else if kind == .separator || kind == .quote {
                break
            }
            marks.note(byte, kind)
            index += 1
        }
        if index == start { return start + 1 }
        var end = index
        // Punctuation at the end of a word closes a sentence or an aside and is not part of it.
        while end > start, ByteKind.table[Int(bytes[end - 1])] == .trailing { end -= 1 }
        guard end > start else { return index }
        if secretFollows, SecretWords.schemes(lowercasedHash: TokenHash.lowercased(bytes[start..<end])) {
            appendVariable(bytes, start, end)
            secretFollows = true
        } else if isVariable(bytes, start, end, marks) {
            appendVariable(bytes, start, end)
        } else {
            appendWord(bytes, start, end)
        }
        return index
    }

    /// Inside times, addresses and MACs, between a host and its port, and after a drive's letter.
    private static func colonBelongs(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int, _ marks: WordMarks) -> Bool {
        let next = bytes[index + 1]
        if next == UInt8(ascii: "\\") || (marks.dots > 0 && ByteKind.isDigit(next)) { return true }
        return ByteKind.isHexadecimal(bytes[index - 1]) && ByteKind.isHexadecimal(next) && (marks.hasDigit || ByteKind.isDigit(next))
    }

    private func isVariable(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ marks: WordMarks) -> Bool {
        if marks.hasDigit || marks.hasBackslash || (marks.hasAt && end - start > 2) || secretFollows { return true }
        if marks.slashes >= 2, bytes[start] == UInt8(ascii: "/") || bytes[start] == UInt8(ascii: "~") { return true }
        return marks.slashes >= 3 || (end - start > Self.maximumWordBytes && !marks.isForeign && marks.dots < 2)
    }

    private mutating func appendVariable(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
        secretFollows = false
        if let last = tokens.last, last.isVariable, Self.joins(bytes, Int(last.end), start) {
            tokens[tokens.count - 1].end = Int32(end)
        } else {
            tokens.append(
                Token(hash: TokenHash.variable, separator: Int32(separator), start: Int32(start), end: Int32(end), isState: false))
        }
        separator = end
    }

    private mutating func appendWord(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
        var hash = TokenHash.start
        var lowercased = TokenHash.start
        for byte in bytes[start..<end] {
            hash = TokenHash.step(hash, byte)
            lowercased = TokenHash.step(lowercased, (65...90).contains(byte) ? byte | 32 : byte)
        }
        if MeasureUnits.contains(lowercasedHash: lowercased), isMeasured(bytes, start) {
            tokens[tokens.count - 1].end = Int32(end)
            separator = end
            return
        }
        let isState = end - start <= 14 && StateWords.contains(lowercasedHash: lowercased)
        tokens.append(
            Token(hash: hash, separator: Int32(separator), start: Int32(start), end: Int32(end), isState: isState))
        separator = end
        secretFollows =
            SecretWords.names(lowercasedHash: lowercased) && Self.assigns(bytes, after: end)
            || SecretWords.announces(lowercasedHash: lowercased)
    }

    /// Whether a number stands right before, so that "12 ms" and "12ms" are the same.
    private func isMeasured(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Bool {
        guard let last = tokens.last, last.isVariable, start - Int(last.end) == 1, bytes[start - 1] == 32 else { return false }
        return ByteKind.isDigit(bytes[Int(last.start)]) && ByteKind.isDigit(bytes[Int(last.end) - 1])
    }

    /// An aside that is one variable after another, "426 bytes (1.2 KB)", belongs to it: it comes and goes with the value.
    private mutating func closeAside(_ bytes: UnsafeBufferPointer<UInt8>, at close: Int) {
        guard tokens.count >= 2, tokens[tokens.count - 1].isVariable, tokens[tokens.count - 2].isVariable,
            Int(tokens[tokens.count - 1].end) == close
        else { return }
        let open = Int(tokens[tokens.count - 2].end)
        let start = Int(tokens[tokens.count - 1].start)
        guard start - open == 2, bytes[open] == 32, bytes[open + 1] == UInt8(ascii: "(") else { return }
        tokens.removeLast()
        tokens[tokens.count - 1].end = Int32(close + 1)
        separator = close + 1
    }

    /// Variables are one when no space stands between them, or a comma and a space (a list).
    private static func joins(_ bytes: UnsafeBufferPointer<UInt8>, _ from: Int, _ to: Int) -> Bool {
        var spaces = 0
        var commas = 0
        for byte in bytes[from..<to] {
            if byte <= 32 { spaces += 1 }
            if byte == UInt8(ascii: ",") { commas += 1 }
        }
        return spaces == 0 || (commas == 1 && spaces == 1 && to - from == 2)
    }

    private static func closingQuote(_ bytes: UnsafeBufferPointer<UInt8>, at open: Int, count: Int) -> Int? {
        let quote = bytes[open]
        // An apostrophe inside a word opens nothing.
        if quote == UInt8(ascii: "'"), open > 0, ByteKind.isWord(bytes[open - 1]) { return nil }
        var index = open + 1
        let limit = min(count, open + 1 + maximumQuotedBytes)
        while index < limit {
            if bytes[index] == UInt8(ascii: "\\") {
                index += 2
                continue
            }
            if bytes[index] == quote, quote != UInt8(ascii: "'") || index + 1 >= count || !ByteKind.isWord(bytes[index + 1]) {
                return index
            }
            index += 1
        }
        return nil
    }

    private static func assigns(_ bytes: UnsafeBufferPointer<UInt8>, after end: Int) -> Bool {
        var index = end
        while index < bytes.count, index < end + 3 {
            if bytes[index] == UInt8(ascii: "=") || bytes[index] == UInt8(ascii: ":") { return true }
            if bytes[index] > 32, bytes[index] != UInt8(ascii: "\"") { return false }
            index += 1
        }
        return false
    }
}

/// What was seen in a word while it was read.
struct WordMarks {
    var hasDigit = false
    var hasAt = false
    var hasBackslash = false
    var isForeign = false
    var slashes = 0
    var dots = 0

    mutating func note(_ byte: UInt8, _ kind: ByteKind) {
        switch byte {
        case 48...57: hasDigit = true
        case UInt8(ascii: "@"): hasAt = true
        case UInt8(ascii: "\\"): hasBackslash = true
        case UInt8(ascii: "/"): slashes += 1
        case UInt8(ascii: "."): dots += 1
        case 0x80...: isForeign = true
        default: break
        }
    }
}
