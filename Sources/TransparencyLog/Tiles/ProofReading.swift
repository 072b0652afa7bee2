public import Hashing

/// What a proof needs of the stored tree: which tiles, and the path from them.
public struct ProofReading: Sendable {
    public let ranges: [LeafRange]
    public let treeSize: UInt64

    public static func inclusion(of leaf: UInt64, inTreeOf size: UInt64) -> ProofReading {
        ProofReading(ranges: InclusionProof.ranges(leafIndex: leaf, treeSize: size), treeSize: size)
    }

    public static func consistency(from old: UInt64, to new: UInt64) -> ProofReading {
        ProofReading(ranges: ConsistencyProof.ranges(oldSize: old, newSize: new), treeSize: new)
    }

    /// The tiles that the path is read from; each once, in a stable order.
    public var tiles: [TileAddress] {
        var seen: Set<TileAddress> = []
        return ranges.flatMap(\.nodes).map { TileAddress.holding($0).tile }.filter { seen.insert($0).inserted }
    }

    /// The path; nil when a tile is missing or too short.
    public func path(from tiles: [Tile]) -> [InlineDigest]? {
        let byAddress = Dictionary(tiles.map { ($0.address, $0) }, uniquingKeysWith: { first, _ in first })
        var path: [InlineDigest] = []
        for range in ranges {
            var digests: [InlineDigest] = []
            for node in range.nodes {
                let (address, run) = TileAddress.holding(node)
                guard let digest = byAddress[address]?.digest(over: run) else { return nil }
                digests.append(digest)
            }
            path.append(LeafRange.digest(of: digests))
        }
        return path
    }
}
