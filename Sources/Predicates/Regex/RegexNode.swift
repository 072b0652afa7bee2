/// What a regular expression is made of.
indirect enum RegexNode: Sendable, Hashable {
    case empty
    /// One byte of the set.
    case set(ByteSet)
    case sequence([RegexNode])
    case alternatives([RegexNode])
    /// At least `least` times, at most `most` times; nil is any number.
    case repeated(RegexNode, least: Int, most: Int?)
    case assertion(RegexAssertion)
}

/// A condition on the place between two bytes.
enum RegexAssertion: UInt8, Sendable, Hashable {
    /// `\A`, and `^` without the option m.
    case textStart
    /// `^` with the option m: the start, or after a line feed that is not the last byte.
    case lineStart
    /// `\z`
    case textEnd
    /// `\Z`, and `$` without the option m: the end, or before a line feed that is the last byte.
    case textEndOrLastLine
    /// `$` with the option m: the end, or before a line feed.
    case lineEnd
    case wordBoundary
    case notWordBoundary
}

/// What stands before a place.
enum RegexBefore: UInt8, Sendable, Hashable {
    case start
    case lineFeed
    case word
    case other

    init(_ byte: UInt8) { self = byte == 10 ? .lineFeed : ByteSet.word.contains(byte) ? .word : .other }
}

/// What stands after a place.
enum RegexAfter: UInt8, Sendable, Hashable {
    case end
    /// A line feed that is the last byte.
    case lastLineFeed
    case lineFeed
    case word
    case other
}

extension RegexAssertion {
    func holds(_ before: RegexBefore, _ after: RegexAfter) -> Bool {
        switch self {
        case .textStart: before == .start
        case .lineStart: before == .start || before == .lineFeed && after != .end
        case .textEnd: after == .end
        case .textEndOrLastLine: after == .end || after == .lastLineFeed
        case .lineEnd: after == .end || after == .lastLineFeed || after == .lineFeed
        case .wordBoundary: (before == .word) != (after == .word)
        case .notWordBoundary: (before == .word) == (after == .word)
        }
    }
}

/// Why a regular expression is refused, and where in its text.
struct RegexProblem: Error {
    let message: String
    /// In bytes of the pattern.
    let offset: Int
    let suggestion: String?

    init(_ message: String, at offset: Int, suggestion: String? = nil) {
        self.message = message
        self.offset = offset
        self.suggestion = suggestion
    }
}

/// The options of `ngx.re.match` that have a meaning here.
struct RegexOptions: Sendable, Hashable {
    /// i: ASCII letters in both cases.
    var isCaseless = false
    /// m: `^` and `$` at every line.
    var isMultiline = false
    /// s: a dot is also a line feed.
    var dotMatchesAll = false
    /// x: blanks and comments in the pattern do not count.
    var isExtended = false
    /// u: texts are UTF-8, and a dot is a character.
    var isUnicode = false

    init() {}

    /// Reads `"ijo"`; j and o (just-in-time and once) change nothing, as every pattern is compiled once.
    init(_ text: [UInt8]) throws(RegexProblem) {
        for (offset, byte) in text.enumerated() {
            switch byte {
            case UInt8(ascii: "i"): isCaseless = true
            case UInt8(ascii: "m"): isMultiline = true
            case UInt8(ascii: "s"): dotMatchesAll = true
            case UInt8(ascii: "x"): isExtended = true
            case UInt8(ascii: "u"): isUnicode = true
            case UInt8(ascii: "j"), UInt8(ascii: "o"): break
            default:
                throw RegexProblem(
                    "the option '\(Character(Unicode.Scalar(byte)))' has no meaning here", at: offset,
                    suggestion: "the options are i, m, s, x and u; j and o change nothing")
            }
        }
    }
}
