import Foundation
import Hashing

/// A file in C2SP's tlog-proof form, as the verifier reads it.
struct ProofPath {
    static let heading = "c2sp.org/tlog-proof@v1"

    var leaf: UInt64
    var digests: [InlineDigest]
    var checkpoint: String

    /// nil when `text` is not one.
    init?(_ text: String) {
        guard let gap = text.range(of: "\n\n") else { return nil }
        var lines = text[..<gap.lowerBound].components(separatedBy: "\n")
        guard lines.removeFirst() == Self.heading else { return nil }
        if lines.first?.hasPrefix("extra ") == true { lines.removeFirst() }
        guard let index = lines.first, index.hasPrefix("index "), let leaf = UInt64(index.dropFirst(6)), lines.count <= 64 else {
            return nil
        }
        self.leaf = leaf
        digests = lines.dropFirst().compactMap { Data(base64Encoded: $0).flatMap { InlineDigest(bytes: $0) } }
        checkpoint = String(text[gap.upperBound...])
        guard digests.count == lines.count - 1 else { return nil }
    }

    /// The root to which a leaf and the path lead in a tree of a size; nil when the path has another length (RFC 9162, section 2.1.3.2).
    func root(leafHash: InlineDigest, size: UInt64) -> InlineDigest? {
        guard leaf < size else { return nil }
        var (place, last, digest) = (leaf, size - 1, leafHash)
        for sibling in digests {
            if last == 0 { return nil }
            if place % 2 == 1 || place == last {
                digest = InlineDigest(prefix: 1, sibling, digest)
                while place % 2 == 0, place != 0 {
                    place /= 2
                    last /= 2
                }
            } else {
                digest = InlineDigest(prefix: 1, digest, sibling)
            }
            place /= 2
            last /= 2
        }
        return last == 0 ? digest : nil
    }
}
