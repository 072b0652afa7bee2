/// One instruction of a compiled predicate: a test of one slot, and where to go on. 24 bytes.
struct DecisionTest: Sendable {
    /// What is tested. `a` and `b` are the operands; "undecided" leaves the whole predicate to the walk over its tree, which knows every
    /// rare case and words every error.
    enum Kind: UInt8, Sendable {
        /// The slot has a text.
        case present
        /// The text is the constant of `b` (its length, and its place among the constants), which begins with the eight bytes `a`.
        case equals
        /// The text is one of the sorted words `b`.
        case oneOf
        /// The text equals that of slot `a`, or both are absent.
        case sameText
        /// The text in lower case is the constant `b`, which begins with `a`. Undecided when absent.
        case equalsLowercased
        /// The text stands before the constant `b` in the order of bytes. Undecided when absent.
        case less
        /// The same, or equals it.
        case lessOrEqual
        /// The text begins with the constant `b`, which begins with `a`. Undecided when absent.
        case hasPrefix
        /// The text holds the constant `b` somewhere. Undecided when absent.
        case holds
        /// The text has fewer bytes than `b`. Undecided when absent.
        case shorter
        /// The text is an IPv4 address of the network `a`: mask above, first address below.
        case inNetwork4
        /// The text is an address of one of the networks `a`.
        case inNetworks
        /// The number is less than `b`: see `DecisionHash` `a`. Undecided when it has none.
        case hashLess
        /// The number is `b`.
        case hashEquals
        /// `hashLess` of a slot's remembered CRC-32: `b` is the modulus (0: none) above and the bound below, `a` the modulus' multiplier.
        case crc32Less
        /// `hashLess` of a slot's remembered MurmurHash2.
        case murmur2Less
        /// The text, read as a decimal integer, is less than `b`. Undecided when it is no plain one.
        case integerLess
        /// The text, read as a plain version, comes before the version `a`, or equals it where `b` is 1. Undecided when it is no plain one.
        case versionLess
        /// The time is before `b`.
        case nowLess
        /// The Lua pattern `a` matches the text. Undecided when absent or when matching fails.
        case pattern
        /// The regular expression `a` matches the text. Undecided when absent or when matching fails.
        case regex
        /// The tree `a` is true. Undecided when it has no value.
        case tree
    }

    /// Where a decision ends, beside the indexes of tests.
    static let yes: UInt16 = 0xFFFF
    static let no: UInt16 = 0xFFFE
    static let undecided: UInt16 = 0xFFFD
    /// The most tests of one program; all indexes are below the ends.
    static let maximumCount = 0x4000

    var kind: Kind
    var slot: UInt16
    /// Index of the next test, or an end.
    var whenTrue: UInt16
    var whenFalse: UInt16
    var a: UInt64
    var b: UInt64

    init(_ kind: Kind, slot: Int = 0, a: UInt64 = 0, b: UInt64 = 0) {
        self.kind = kind
        self.slot = UInt16(truncatingIfNeeded: slot)
        self.a = a
        self.b = b
        whenTrue = Self.yes
        whenFalse = Self.no
    }
}
