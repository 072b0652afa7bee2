/// Texts that one is looked up among, sorted by their length, first bytes and rest.
struct WordSet: Sendable {
    private let words: [(key: UInt64, bytes: [UInt8])]

    init(_ texts: [[UInt8]]) {
        words = Set(texts).map { (Self.prefix($0), $0) }.sorted { left, right in
            if left.bytes.count != right.bytes.count { return left.bytes.count < right.bytes.count }
            return left.key != right.key ? left.key < right.key : left.bytes.lexicographicallyPrecedes(right.bytes)
        }
    }

    /// The first eight bytes of a text as a slot keeps them.
    static func prefix(_ bytes: [UInt8]) -> UInt64 {
        bytes.prefix(8).enumerated().reduce(0) { $0 | UInt64($1.element) << UInt64(8 * $1.offset) }
    }

    func contains(_ text: UnsafeBufferPointer<UInt8>, prefix: UInt64) -> Bool {
        var low = 0
        var high = words.count
        while low < high {
            let middle = (low + high) / 2
            let word = words[middle]
            let isBefore: Bool
            if word.bytes.count != text.count {
                isBefore = word.bytes.count < text.count
            } else if word.key != prefix {
                isBefore = word.key < prefix
            } else if word.bytes.count <= 8 || word.bytes.elementsEqual(text) {
                return true
            } else {
                isBefore = word.bytes.lexicographicallyPrecedes(text)
            }
            if isBefore { low = middle + 1 } else { high = middle }
        }
        return false
    }
}
