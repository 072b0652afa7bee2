/// What was seen in a word while it was read.
struct WordTraits: Sendable {
    /// Traits of any byte, and of every byte.
    private(set) var any: ByteTraits = []
    private(set) var every = ByteTraits(rawValue: .max)
    private(set) var digits = 0
    private(set) var dots = 0
    private(set) var slashes = 0

    @inline(__always)
    mutating func note(_ trait: ByteTraits, _ byte: UInt8) {
        any.formUnion(trait)
        every.formIntersection(trait)
        if trait.contains(.digit) { digits &+= 1 }
        if trait.contains(.joint) {
            if byte == UInt8(ascii: ".") { dots &+= 1 } else { slashes &+= 1 }
        }
    }
}
