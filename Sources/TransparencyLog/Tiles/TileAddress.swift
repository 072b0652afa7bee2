/// The place of a tile (C2SP tlog-tiles): up to 256 digests of one level, which is eight levels of the tree high.
public struct TileAddress: Sendable, Hashable {
    /// How many digests a whole tile has, and how many levels of the tree it spans.
    public static let width: UInt64 = 256
    public static let height = 8
    public static let maximumLevel = 7

    public var level: Int
    public var index: UInt64

    public init(level: Int, index: UInt64) {
        self.level = level
        self.index = index
    }

    /// The tile from which the digest of a perfect subtree follows, and which of its digests lie under the subtree.
    public static func holding(_ node: NodeAddress) -> (tile: TileAddress, digests: Range<Int>) {
        let level = node.level / height
        let first = node.index << UInt64(node.level % height)
        let start = Int(first % width)
        return (TileAddress(level: level, index: first / width), start..<start + 1 << (node.level % height))
    }

    /// How many digests the tile has in a tree of that size; 0 when it is not there.
    public func count(inTreeOf size: UInt64) -> Int {
        let digests = size >> UInt64(level * Self.height)
        let first = index.multipliedReportingOverflow(by: Self.width)
        guard !first.overflow, digests > first.partialValue else { return 0 }
        return Int(min(digests - first.partialValue, Self.width))
    }

    /// `0/x001/x234/067`, or `0/x001/x234/067.p/5` for a tile that is not whole.
    public func path(count: Int) -> String {
        "\(level)/\(Self.indexPath(index))" + (count < Int(Self.width) ? ".p/\(count)" : "")
    }

    /// The index in groups of three digits, all but the last marked by an `x`.
    public static func indexPath(_ index: UInt64) -> String {
        var rest = index
        var groups: [String] = []
        repeat {
            let digits = String(rest % 1000)
            groups.append(String(repeating: "0", count: 3 - digits.count) + digits)
            rest /= 1000
        } while rest > 0
        return groups.enumerated().reversed().map { $0.offset == 0 ? $0.element : "x" + $0.element }.joined(separator: "/")
    }

    /// Reads what follows the level: an index, and the width where the tile is not whole. nil for anything that is not written the
    /// one right way.
    public static func readIndexPath(_ path: some StringProtocol) -> (index: UInt64, count: Int)? {
        var parts = String(path).split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        var count = Int(width)
        if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p") {
            guard let partial = Int(parts.removeLast()), (1..<Int(width)).contains(partial) else { return nil }
            count = partial
            parts[parts.count - 1].removeLast(2)
        }
        guard (1...7).contains(parts.count) else { return nil }
        var index: UInt64 = 0
        for (place, part) in parts.enumerated() {
            let digits = place < parts.count - 1 ? (part.hasPrefix("x") ? part.dropFirst() : "") : part[...]
            guard digits.utf8.count == 3, digits.utf8.allSatisfy({ (48...57).contains($0) }), let group = UInt64(digits) else { return nil }
            index = index * 1000 + group
        }
        let written = indexPath(index) + (count < Int(width) ? ".p/\(count)" : "")
        return written == path ? (index, count) : nil
    }
}
