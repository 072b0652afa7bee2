public import Hashing

/// That a leaf is in a tree (RFC 9162, section 2.1.3): the digests from the leaf's sibling up.
public struct InclusionProof: Sendable, Hashable {
    public var leafIndex: UInt64
    public var treeSize: UInt64
    public var path: [InlineDigest]

    public init(leafIndex: UInt64, treeSize: UInt64, path: [InlineDigest]) {
        self.leafIndex = leafIndex
        self.treeSize = treeSize
        self.path = path
    }

    /// What the path consists of, in its order. The leaf is below the size.
    public static func ranges(leafIndex: UInt64, treeSize: UInt64) -> [LeafRange] {
        precondition(leafIndex < treeSize, "a leaf of the tree")
        var ranges: [LeafRange] = []
        var start: UInt64 = 0
        var end = treeSize
        while end - start > 1 {
            let middle = start + MerkleTree.split(end - start)
            if leafIndex < middle {
                ranges.append(LeafRange(middle, end))
                end = middle
            } else {
                ranges.append(LeafRange(start, middle))
                start = middle
            }
        }
        return ranges.reversed()
    }

    /// The root that leaf and path lead to; nil when the path has not the length that such a leaf has (RFC 9162, section 2.1.3.2).
    public func root(leaf: InlineDigest) -> InlineDigest? {
        guard leafIndex < treeSize else { return nil }
        var number = leafIndex
        var last = treeSize - 1
        var digest = leaf
        for sibling in path {
            guard last != 0 else { return nil }
            if number & 1 == 1 || number == last {
                digest = MerkleTree.nodeHash(sibling, digest)
                while number & 1 == 0, number != 0 {
                    number >>= 1
                    last >>= 1
                }
            } else {
                digest = MerkleTree.nodeHash(digest, sibling)
            }
            number >>= 1
            last >>= 1
        }
        return last == 0 ? digest : nil
    }
}
