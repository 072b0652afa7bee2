public import Hashing

/// A tile with its digests: 1 to 256 of them, each the root of a whole tile of the level below (or a leaf hash).
public struct Tile: Sendable, Hashable {
    public var address: TileAddress
    public var digests: [InlineDigest]

    public init(address: TileAddress, digests: [InlineDigest]) {
        self.address = address
        self.digests = digests
    }

    /// - Returns: nil when `bytes` are not 1 to 256 digests.
    public init?(address: TileAddress, bytes: [UInt8]) {
        guard !bytes.isEmpty, bytes.count % 32 == 0, bytes.count / 32 <= Int(TileAddress.width) else { return nil }
        self.address = address
        digests = stride(from: 0, to: bytes.count, by: 32).map { InlineDigest(bytes: bytes[$0..<$0 + 32])! }
    }

    /// As they are stored and served.
    public var bytes: [UInt8] { digests.flatMap(\.bytes) }

    /// The digest over a run of its digests whose length is a power of two.
    public func digest(over run: Range<Int>) -> InlineDigest? {
        guard run.upperBound <= digests.count else { return nil }
        var level = Array(digests[run])
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map { MerkleTree.nodeHash(level[$0], level[$0 + 1]) }
        }
        return level.first
    }
}
