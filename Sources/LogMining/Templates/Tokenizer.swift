/// Cuts a message into words and masks what varies by its form: numbers, identifiers with digits, addresses, paths, dates, e-mail,
/// quoted text, secrets.
///
/// One rule set for every format. A word with a digit in it is variable, except for one digit that ends a name (`ssh2`, `SOCKS5`);
/// variables with nothing or only white space between them are one, and so is a list of numbers. Text beyond ASCII keeps its words,
/// and only the ASCII run with digits inside it is masked.
struct Tokenizer: Sendable {
    /// Words beyond are one variable.
    static let maximumTokens = 96
    /// Bytes of a message that are looked at.
    static let maximumBytes = 4096
    /// A quoted text longer than this is not closed by the next quotation mark.
    static let maximumQuotedBytes = 512
    /// Words this long without a space are no words: keys, tokens, encoded data.
    static let maximumWordBytes = 40
    /// Words this long that are nothing but hexadecimal letters are numbers.
    static let hexadecimalBytes = 8

    enum Secret: Sendable { case none, value, account }

    var tokens: [Token] = []
    /// Hash over the tokens, which two messages share when their words do.
    private(set) var hash: UInt64 = 0
    /// The message has a second line, which is not looked at.
    private(set) var hasMoreLines = false
    /// A word looks like the class of an exception: `java.io.IOException`.
    var mayNameException = false
    var separator = 0
    var secretFollows = Secret.none
    let traits = ByteTraits.table
    let vocabulary = Vocabulary.shared

    init() { tokens.reserveCapacity(Self.maximumTokens + 1) }

    /// Replaces `tokens` by those of the first line of `bytes`.
    mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) {
        tokens.removeAll(keepingCapacity: true)
        separator = 0
        secretFollows = .none
        hasMoreLines = false
        mayNameException = false
        traits.withUnsafeBufferPointer { split(bytes, min(bytes.count, Self.maximumBytes), $0) }
        hash = UInt64(tokens.count)
        for token in tokens { hash = WordHash.mix(hash, token.hash) }
    }

    private mutating func split(_ bytes: UnsafeBufferPointer<UInt8>, _ count: Int, _ traits: UnsafeBufferPointer<ByteTraits>) {
        var index = 0
        while index < count {
            let trait = traits[Int(bytes[index])]
            if trait.contains(.separator) {
                if bytes[index] == UInt8(ascii: ")") { closeAside(bytes, at: index) }
                if trait.contains(.lineEnd) {
                    hasMoreLines = true
                    return
                }
                index += 1
            } else if trait.contains(.quote) {
                let close = Self.closingQuote(bytes, at: index, count: count, traits)
                index += 1
                if let close {
                    appendVariable(bytes, index, close)
                    index = close + 1
                }
            } else {
                index = readWord(bytes, at: index, count: count, traits)
            }
            if tokens.count >= Self.maximumTokens {
                appendVariable(bytes, index, count)
                return
            }
        }
    }

    /// Reads the word that begins at `start`; returns where reading goes on.
    private mutating func readWord(
        _ bytes: UnsafeBufferPointer<UInt8>, at start: Int, count: Int, _ traits: UnsafeBufferPointer<ByteTraits>
    ) -> Int {
        if bytes[start] >= 0x80 { return readForeign(bytes, at: start, count: count) }
        var index = start
        var word = WordTraits()
        while index < count {
            let trait = traits[Int(bytes[index])]
            if !trait.isDisjoint(with: .endsWord) {
                guard trait == .colon, index > start, index + 1 < count, Self.colonBelongs(bytes, at: index, word, traits) else { break }
            } else if trait.contains(.joint), Self.isLeader(bytes, at: index, count) {
                break
            }
            word.note(trait, bytes[index])
            index += 1
        }
        if index == start { return Self.afterLeader(bytes, start, count) }
        var end = index
        // Punctuation at the end of a word closes a sentence or an aside and is not part of it.
        while end > start, traits[Int(bytes[end - 1])].contains(.trailing) { end -= 1 }
        if end > start { append(bytes, start, end, word, traits) }
        return index
    }

    /// Dots that lead the eye to a value, "threshold......0", are no part of a word.
    @inline(__always)
    private static func isLeader(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int, _ count: Int) -> Bool {
        let dot = UInt8(ascii: ".")
        return index + 2 < count && bytes[index] == dot && bytes[index + 1] == dot && bytes[index + 2] == dot
    }

    private static func afterLeader(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ count: Int) -> Int {
        var index = start + 1
        while index < count, bytes[index] == UInt8(ascii: "."), bytes[start] == UInt8(ascii: ".") { index += 1 }
        return index
    }

    /// Inside times, addresses and MACs, between a host and its port, and after a drive's letter.
    private static func colonBelongs(
        _ bytes: UnsafeBufferPointer<UInt8>, at index: Int, _ word: WordTraits, _ traits: UnsafeBufferPointer<ByteTraits>
    ) -> Bool {
        let next = traits[Int(bytes[index + 1])]
        if next.contains(.backslash) || (word.dots > 0 && next.contains(.digit)) { return true }
        return next.contains(.hexadecimal) && traits[Int(bytes[index - 1])].contains(.hexadecimal)
            && (word.any.contains(.digit) || next.contains(.digit))
    }

    private static func closingQuote(
        _ bytes: UnsafeBufferPointer<UInt8>, at open: Int, count: Int, _ traits: UnsafeBufferPointer<ByteTraits>
    ) -> Int? {
        let wordly: ByteTraits = [.digit, .upper, .lower, .underscore, .foreign]
        let quote = bytes[open]
        let isApostrophe = quote == UInt8(ascii: "'")
        // An apostrophe inside a word opens nothing.
        if isApostrophe, open > 0, !traits[Int(bytes[open - 1])].isDisjoint(with: wordly) { return nil }
        var index = open + 1
        let limit = min(count, open + 1 + maximumQuotedBytes)
        while index < limit, bytes[index] != 10 {
            if bytes[index] == UInt8(ascii: "\\") {
                index += 2
                continue
            }
            if bytes[index] == quote, !isApostrophe || index + 1 >= count || traits[Int(bytes[index + 1])].isDisjoint(with: wordly) {
                return index
            }
            index += 1
        }
        return nil
    }
}
