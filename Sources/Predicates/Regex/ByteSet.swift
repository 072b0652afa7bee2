/// A set of bytes.
struct ByteSet: Sendable, Hashable {
    private var low: UInt128 = 0
    private var high: UInt128 = 0

    init() {}
    init(_ bytes: some Sequence<UInt8>) { for byte in bytes { insert(byte) } }

    static let all = ByteSet(0...255)
    static let digits = ByteSet(48...57)
    static let letters = ByteSet(Array(65...90) + Array(97...122))
    static let word = letters.union(digits).union(ByteSet([95]))
    /// Blanks as PCRE and Perl have them: tab, line feed, vertical tab, form feed, carriage return, space.
    static let blanks = ByteSet([9, 10, 11, 12, 13, 32])

    func contains(_ byte: UInt8) -> Bool {
        byte < 128 ? low >> UInt128(byte) & 1 == 1 : high >> UInt128(byte - 128) & 1 == 1
    }

    mutating func insert(_ byte: UInt8) {
        if byte < 128 { low |= 1 << UInt128(byte) } else { high |= 1 << UInt128(byte - 128) }
    }

    func union(_ other: ByteSet) -> ByteSet {
        var result = self
        result.low |= other.low
        result.high |= other.high
        return result
    }

    var inverted: ByteSet {
        var result = self
        result.low = ~low
        result.high = ~high
        return result
    }

    /// The bytes below 128.
    var ascii: ByteSet {
        var result = self
        result.high = 0
        return result
    }

    /// With both cases of every ASCII letter that it has.
    var caseless: ByteSet {
        var result = self
        for byte in UInt8(65)...90 where contains(byte) || contains(byte | 32) {
            result.insert(byte)
            result.insert(byte | 32)
        }
        return result
    }

    var isEmpty: Bool { low == 0 && high == 0 }
}
