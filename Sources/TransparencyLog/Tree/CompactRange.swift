public import Hashing

/// A tree that only grows to the right, kept as the roots of its perfect subtrees: at most 64 digests, from the largest to the smallest.
public struct CompactRange: Sendable, Hashable {
    public private(set) var size: UInt64 = 0
    /// One digest for each bit of `size`, from the highest.
    public private(set) var subtrees: [InlineDigest] = []

    public init() {}

    /// - Returns: nil when the number of digests is not that of the bits of `size`.
    public init?(size: UInt64, subtrees: [InlineDigest]) {
        guard subtrees.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.subtrees = subtrees
    }

    public mutating func append(_ leaf: InlineDigest) {
        var digest = leaf
        var rest = size
        while rest & 1 == 1 {
            digest = MerkleTree.nodeHash(subtrees.removeLast(), digest)
            rest >>= 1
        }
        subtrees.append(digest)
        size += 1
    }

    public var root: InlineDigest {
        guard var digest = subtrees.last else { return MerkleTree.emptyRoot }
        for left in subtrees.dropLast().reversed() { digest = MerkleTree.nodeHash(left, digest) }
        return digest
    }
}
