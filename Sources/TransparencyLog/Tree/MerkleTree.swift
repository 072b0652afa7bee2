public import Hashing

/// The hashes of RFC 9162, section 2.1: a leaf is SHA-256 of 0x00 and the entry, a node SHA-256 of 0x01 and its two children.
public enum MerkleTree {
    /// The root of a tree without leaves: SHA-256 of nothing.
    public static let emptyRoot = InlineDigest(of: UnsafeRawBufferPointer(start: nil, count: 0))

    public static func leafHash(of entry: [UInt8]) -> InlineDigest { entry.withUnsafeBytes { InlineDigest(prefix: 0, of: $0) } }

    public static func nodeHash(_ left: InlineDigest, _ right: InlineDigest) -> InlineDigest { InlineDigest(prefix: 1, left, right) }

    /// The root over leaf hashes, split at the largest power of two below their number.
    public static func root(of leaves: some Collection<InlineDigest>) -> InlineDigest {
        var range = CompactRange()
        for leaf in leaves { range.append(leaf) }
        return range.root
    }

    /// The largest power of two below `count`, which is at least 2.
    static func split(_ count: UInt64) -> UInt64 { 1 << UInt64(63 - (count - 1).leadingZeroBitCount) }
}
