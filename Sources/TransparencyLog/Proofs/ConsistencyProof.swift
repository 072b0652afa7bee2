public import Hashing

/// That a tree is the beginning of a larger one (RFC 9162, section 2.1.4).
public struct ConsistencyProof: Sendable, Hashable {
    public var oldSize: UInt64
    public var newSize: UInt64
    public var path: [InlineDigest]

    public init(oldSize: UInt64, newSize: UInt64, path: [InlineDigest]) {
        self.oldSize = oldSize
        self.newSize = newSize
        self.path = path
    }

    /// What the path consists of, in its order; nothing for equal sizes and for the empty tree.
    public static func ranges(oldSize: UInt64, newSize: UInt64) -> [LeafRange] {
        precondition(oldSize <= newSize, "the older tree is not the larger one")
        guard oldSize > 0, oldSize < newSize else { return [] }
        var ranges: [LeafRange] = []
        var start: UInt64 = 0
        var end = newSize
        // The old tree's last part lies in start..<end; it is whole when it ends there.
        while oldSize != end {
            let middle = start + MerkleTree.split(end - start)
            if oldSize <= middle {
                ranges.append(LeafRange(middle, end))
                end = middle
            } else {
                ranges.append(LeafRange(start, middle))
                start = middle
            }
        }
        // A part that is the whole old tree is known to whoever asks.
        if start > 0 { ranges.append(LeafRange(start, end)) }
        return ranges.reversed()
    }

    /// True when the path leads from the old root to the new one (RFC 9162, section 2.1.4.2).
    public func holds(oldRoot: InlineDigest, newRoot: InlineDigest) -> Bool {
        if oldSize == newSize { return path.isEmpty && oldRoot == newRoot }
        if oldSize == 0 { return path.isEmpty && oldRoot == MerkleTree.emptyRoot }
        guard oldSize < newSize else { return false }
        var rest = (oldSize & (oldSize - 1) == 0 ? [oldRoot] + path : path)[...]
        guard let first = rest.popFirst() else { return false }
        var number = oldSize - 1
        var last = newSize - 1
        while number & 1 == 1 {
            number >>= 1
            last >>= 1
        }
        var old = first
        var new = first
        for sibling in rest {
            guard last != 0 else { return false }
            if number & 1 == 1 || number == last {
                old = MerkleTree.nodeHash(sibling, old)
                new = MerkleTree.nodeHash(sibling, new)
                while number & 1 == 0, number != 0 {
                    number >>= 1
                    last >>= 1
                }
            } else {
                new = MerkleTree.nodeHash(new, sibling)
            }
            number >>= 1
            last >>= 1
        }
        return last == 0 && old == oldRoot && new == newRoot
    }
}
