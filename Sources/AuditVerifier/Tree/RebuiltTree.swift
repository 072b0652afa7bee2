import Hashing

/// The tree as it follows from the entries: what is left of it after each leaf, the roots at the sizes that somebody asks about, and where
/// the stored digests differ.
struct RebuiltTree {
    /// A stored digest that is not the one that follows.
    struct Difference {
        var level: Int
        /// The place of the digest within its level: of a leaf, the leaf's index.
        var place: UInt64
    }

    private var peaks: [InlineDigest] = []
    private(set) var size: UInt64 = 0
    private(set) var roots: [UInt64: InlineDigest] = [:]
    private let wanted: Set<UInt64>
    /// Stored digests by level, every eighth level of the tree.
    private let stored: [[InlineDigest]]
    private(set) var differences: [Difference] = []
    private(set) var differenceCount: UInt64 = 0

    init(sizes: Set<UInt64>, stored: [[InlineDigest]]) {
        wanted = sizes
        self.stored = stored
        if sizes.contains(0) { roots[0] = root }
    }

    mutating func append(_ leaf: InlineDigest) {
        compare(leaf, level: 0, place: size)
        var digest = leaf
        var height = 0
        var rest = size
        while rest & 1 == 1 {
            digest = InlineDigest(prefix: 1, peaks.removeLast(), digest)
            rest >>= 1
            height += 1
            if height % 8 == 0 { compare(digest, level: height / 8, place: size >> UInt64(height)) }
        }
        peaks.append(digest)
        size += 1
        if wanted.contains(size) { roots[size] = root }
    }

    var root: InlineDigest {
        guard var digest = peaks.last else { return InlineDigest(of: UnsafeRawBufferPointer(start: nil, count: 0)) }
        for peak in peaks.dropLast().reversed() { digest = InlineDigest(prefix: 1, peak, digest) }
        return digest
    }

    private mutating func compare(_ digest: InlineDigest, level: Int, place: UInt64) {
        if level < stored.count, place < stored[level].count, stored[level][Int(place)] == digest { return }
        differenceCount += 1
        if differences.count < 64 { differences.append(Difference(level: level, place: place)) }
    }

    /// Levels at which more digests are stored than the tree has.
    var excess: [Int] { stored.indices.filter { UInt64(stored[$0].count) > size >> UInt64($0 * 8) } }
}
