import Hashing

/// A tile of the tree as the export has it.
struct StoredTile {
    var level: Int
    var index: UInt64
    var digests: [InlineDigest]

    /// nil when it is none.
    init?(_ tile: Int, _ scanner: JSONScanner) {
        guard let level = scanner.string(scanner.member(tile, "level")).flatMap({ Int($0) }), (0...7).contains(level),
            let index = scanner.string(scanner.member(tile, "index")).flatMap({ UInt64($0) }),
            let bytes = scanner.member(tile, .digests).flatMap({ scanner.content(ofBytes: $0) }), bytes.count % 32 == 0
        else { return nil }
        self.level = level
        self.index = index
        digests = bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: 32).compactMap {
                InlineDigest(bytes: UnsafeRawBufferPointer(rebasing: bytes[$0..<$0 + 32]))
            }
        }
    }
}
