import Hashing
import Testing

@testable import TransparencyLog

/// Trees that grow in batches of any size, stored as tiles and loaded again, through the sizes at which tiles become whole.
@Suite struct TileTests {
    static let size = 70_000

    /// Leaves, and the roots of some of the trees over them, from the perfect subtrees alone.
    private static func leaf(_ index: Int) -> InlineDigest { MerkleTree.leafHash(of: Array("entry \(index)".utf8)) }

    @Test func treesInBatchesAreThoseLeafByLeaf() throws {
        var random = SystemRandomNumberGenerator()
        var range = CompactRange()
        var growing = TileTree()
        var stored: [TileAddress: Tile] = [:]
        var roots: [(size: UInt64, root: InlineDigest)] = []
        // Batches end on both sides of whole tiles of every level, and by chance.
        let ends = Set([1, 254, 255, 256, 257, 511, 512, 513, 65_279, 65_280, 65_535, 65_536, 65_537, 65_792, 65_793, Self.size])
            .union((0..<60).map { _ in Int.random(in: 1..<Self.size, using: &random) })
        for end in ends.sorted() {
            while range.size < UInt64(end) {
                let leaf = Self.leaf(Int(range.size))
                range.append(leaf)
                growing.append(leaf)
            }
            for tile in growing.takeChanged() { stored[tile.address] = tile }
            #expect(growing.root == range.root, "\(end) leaves")
            let edge = TileTree.edge(ofTreeOf: growing.size).compactMap { stored[$0] }
            growing = try #require(TileTree(size: growing.size, edge: edge), "\(end) leaves")
            #expect(growing.root == range.root && growing.size == range.size, "\(end) leaves, loaded again")
            roots.append((range.size, range.root))
        }
        #expect(Set(stored.keys.map(\.level)) == [0, 1, 2])
        for tile in stored.values {
            #expect(tile.digests.count == tile.address.count(inTreeOf: growing.size), "\(tile.address)")
            if tile.address.level > 0 {
                for (place, digest) in tile.digests.enumerated() {
                    let below = TileAddress(
                        level: tile.address.level - 1, index: tile.address.index * TileAddress.width + UInt64(place))
                    #expect(stored[below]?.digest(over: 0..<Int(TileAddress.width)) == digest, "digest \(place) of \(tile.address)")
                }
            }
        }
        try checkProofs(stored, roots, &random)
    }

    private func checkProofs(
        _ stored: [TileAddress: Tile], _ roots: [(size: UInt64, root: InlineDigest)], _ random: inout some RandomNumberGenerator
    ) throws {
        for (place, tree) in roots.enumerated() {
            for leaf in [0, tree.size - 1, UInt64.random(in: 0..<tree.size, using: &random)] {
                let reading = ProofReading.inclusion(of: leaf, inTreeOf: tree.size)
                let path = try #require(reading.path(from: reading.tiles.compactMap { stored[$0] }), "leaf \(leaf) of \(tree.size)")
                let proof = InclusionProof(leafIndex: leaf, treeSize: tree.size, path: path)
                #expect(proof.root(leaf: Self.leaf(Int(leaf))) == tree.root, "leaf \(leaf) of \(tree.size)")
                #expect(proof.root(leaf: Self.leaf(Int(leaf) + 1)) != tree.root)
            }
            let old = roots[Int.random(in: 0...place, using: &random)]
            let reading = ProofReading.consistency(from: old.size, to: tree.size)
            let path = try #require(reading.path(from: reading.tiles.compactMap { stored[$0] }), "\(old.size) to \(tree.size)")
            let proof = ConsistencyProof(oldSize: old.size, newSize: tree.size, path: path)
            #expect(proof.holds(oldRoot: old.root, newRoot: tree.root), "\(old.size) to \(tree.size)")
        }
    }
}
