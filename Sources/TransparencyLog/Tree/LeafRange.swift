public import Hashing

/// A run of leaves that hangs under one node of a tree: `start` is a multiple of the power of two that is at least its length.
public struct LeafRange: Sendable, Hashable {
    public let start: UInt64
    public let end: UInt64

    init(_ start: UInt64, _ end: UInt64) {
        self.start = start
        self.end = end
    }

    /// The perfect subtrees that it is made of, from left to right.
    public var nodes: [NodeAddress] {
        var nodes: [NodeAddress] = []
        var place = start
        while place < end {
            let left = end - place
            let level = 63 - left.leadingZeroBitCount
            nodes.append(NodeAddress(level: level, index: place >> UInt64(level)))
            place += 1 << UInt64(level)
        }
        return nodes
    }

    /// Its digest, from those of `nodes`.
    public static func digest(of nodes: [InlineDigest]) -> InlineDigest {
        precondition(!nodes.isEmpty, "a range has at least one leaf")
        var digest = nodes[nodes.count - 1]
        for left in nodes.dropLast().reversed() { digest = MerkleTree.nodeHash(left, digest) }
        return digest
    }
}

/// A perfect subtree: the `index`-th run of 2^level leaves.
public struct NodeAddress: Sendable, Hashable {
    public var level: Int
    public var index: UInt64

    public init(level: Int, index: UInt64) {
        self.level = level
        self.index = index
    }
}
