import Foundation
public import Hashing

/// An inclusion proof with the signed head that it leads to, in C2SP's tlog-proof form: a file that anybody can check who has the entry and
/// the log's public key.
///
/// ```
/// c2sp.org/tlog-proof@v1
/// index 117
/// gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=
///
/// tidegate/...
/// 402
/// ...
/// ```
public struct ProofFile: Sendable, Hashable {
    static let heading = "c2sp.org/tlog-proof@v1"

    public var leafIndex: UInt64
    /// From the leaf's sibling up.
    public var path: [InlineDigest]
    /// The signed note.
    public var checkpoint: String

    public init(leafIndex: UInt64, path: [InlineDigest], checkpoint: String) {
        self.leafIndex = leafIndex
        self.path = path
        self.checkpoint = checkpoint
    }

    public var text: String {
        ([Self.heading, "index \(leafIndex)"] + path.map { Data($0.bytes).base64EncodedString() } + ["", checkpoint]).joined(
            separator: "\n")
    }

    /// Reads one; nil for anything that is not written the one right way. What is written as `extra` is not vouched for and passed over.
    public init?(_ text: String) {
        guard let gap = text.range(of: "\n\n") else { return nil }
        var lines = text[..<gap.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)[...]
        guard lines.popFirst() == Self.heading[...] else { return nil }
        if lines.first?.hasPrefix("extra ") == true { lines.removeFirst() }
        guard let index = lines.popFirst(), index.hasPrefix("index "), let leaf = UInt64(index.dropFirst(6)), "index \(leaf)" == index,
            lines.count <= 63
        else { return nil }
        let path = lines.compactMap { line in
            Data(canonicalBase64: String(line)).flatMap { InlineDigest(bytes: $0) }
        }
        guard path.count == lines.count else { return nil }
        self.init(leafIndex: leaf, path: path, checkpoint: String(text[gap.upperBound...]))
    }
}
