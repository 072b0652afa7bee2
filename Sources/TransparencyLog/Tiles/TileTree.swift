public import Hashing

/// A growing tree, held as the tiles at its right edge: what a sequencer needs to append and to know the root.
///
/// ```swift
/// var tree = try TileTree(size: size, edge: tiles)
/// for leaf in leaves { tree.append(leaf) }
/// store(tree.takeChanged(), tree.root)
/// ```
public struct TileTree: Sendable {
    public private(set) var size: UInt64
    /// The digests of the last tile of each level, fewer than 256.
    private var edge: [[InlineDigest]]
    private var whole: [Tile] = []
    private var changed: Set<Int> = []

    public init() {
        size = 0
        edge = [[]]
    }

    /// The tiles that are not whole in a tree of a size: those that `init(size:edge:)` wants.
    public static func edge(ofTreeOf size: UInt64) -> [TileAddress] {
        (0...TileAddress.maximumLevel).compactMap { level in
            let digests = size >> UInt64(level * TileAddress.height)
            guard digests % TileAddress.width > 0 else { return nil }
            return TileAddress(level: level, index: digests / TileAddress.width)
        }
    }

    /// A tree of a size from the tiles at its edge.
    ///
    /// - Returns: nil when a tile is missing or has another number of digests than the size says.
    public init?(size: UInt64, edge tiles: [Tile]) {
        self.size = size
        edge = [[]]
        for address in Self.edge(ofTreeOf: size) {
            guard let tile = tiles.first(where: { $0.address == address }), tile.digests.count == address.count(inTreeOf: size) else {
                return nil
            }
            while edge.count <= address.level { edge.append([]) }
            edge[address.level] = tile.digests
        }
    }

    public mutating func append(_ leaf: InlineDigest) {
        size += 1
        push(leaf, level: 0)
    }

    private mutating func push(_ digest: InlineDigest, level: Int) {
        if edge.count <= level { edge.append([]) }
        edge[level].append(digest)
        changed.insert(level)
        guard edge[level].count == Int(TileAddress.width) else { return }
        let address = TileAddress(level: level, index: (size >> UInt64(level * TileAddress.height)) / TileAddress.width - 1)
        let tile = Tile(address: address, digests: edge[level])
        whole.append(tile)
        edge[level] = []
        push(tile.digest(over: 0..<Int(TileAddress.width))!, level: level + 1)
    }

    /// The tiles that have changed since the last call: whole ones once, those at the edge as they are now.
    public mutating func takeChanged() -> [Tile] {
        let partial = changed.sorted().compactMap { level -> Tile? in
            guard !edge[level].isEmpty else { return nil }
            let index = (size >> UInt64(level * TileAddress.height)) / TileAddress.width
            return Tile(address: TileAddress(level: level, index: index), digests: edge[level])
        }
        defer {
            whole = []
            changed = []
        }
        return whole + partial
    }

    public var root: InlineDigest {
        var digest: InlineDigest?
        for level in edge {
            // Perfect subtrees from the right: the lowest bits of the number of digests.
            var end = level.count
            while end > 0 {
                let length = end & -end
                let part = Tile(address: TileAddress(level: 0, index: 0), digests: level).digest(over: end - length..<end)!
                digest = digest.map { MerkleTree.nodeHash(part, $0) } ?? part
                end -= length
            }
        }
        return digest ?? MerkleTree.emptyRoot
    }
}
