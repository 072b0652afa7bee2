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
