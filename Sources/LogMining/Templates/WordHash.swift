/// A fast hash of a word's bytes, eight at a time; equal words have equal hashes. It is never stored: identity is a digest.
enum WordHash {
    /// The hash that stands for something variable; no word has it.
    static let variable: UInt64 = 0
    private static let start: UInt64 = 0x9e37_79b9_7f4a_7c15
    private static let factor: UInt64 = 0xd6e8_feb8_6659_fd93

    @inline(__always)
    static func mix(_ hash: UInt64, _ value: UInt64) -> UInt64 {
        let product = (hash ^ value) &* factor
        return product ^ (product >> 32)
    }

    /// The hash of the bytes, and of the bytes with letters in lower case.
    @inline(__always)
    static func both(_ bytes: UnsafeBufferPointer<UInt8>, _ from: Int, _ to: Int) -> (exact: UInt64, folded: UInt64) {
        var exact = start ^ UInt64(truncatingIfNeeded: to - from)
        var folded = exact
        var index = from
        while index < to {
            let word = load(bytes, index, to)
            exact = mix(exact, word)
            folded = mix(folded, fold(word))
            index += 8
        }
        return (exact | 1, folded | 1)
    }

    static func folded(_ text: String) -> UInt64 { Array(text.utf8).withUnsafeBufferPointer { both($0, 0, $0.count).folded } }

    static func exact(_ text: String) -> UInt64 { Array(text.utf8).withUnsafeBufferPointer { both($0, 0, $0.count).exact } }

    /// Up to eight bytes, the missing ones zero.
    @inline(__always)
    private static func load(_ bytes: UnsafeBufferPointer<UInt8>, _ from: Int, _ to: Int) -> UInt64 {
        if from + 8 <= to { return UnsafeRawPointer(bytes.baseAddress! + from).loadUnaligned(as: UInt64.self) }
        var word: UInt64 = 0
        var shift: UInt64 = 0
        for index in from..<to {
            word |= UInt64(bytes[index]) << shift
            shift += 8
        }
        return word
    }

    /// Sets the bit of lower case in every byte that can be a letter.
    @inline(__always)
    private static func fold(_ word: UInt64) -> UInt64 { word | ((word & 0x4040_4040_4040_4040) >> 1) }
}
