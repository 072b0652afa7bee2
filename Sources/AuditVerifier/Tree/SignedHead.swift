import Foundation
import Hashing

/// A signed head as the verifier reads it: C2SP tlog-checkpoint in a signed note.
struct SignedHead: Sendable {
    var origin: String
    var size: UInt64
    var root: InlineDigest
    private var text: [UInt8]
    private var signatures: [(name: String, identifier: [UInt8], bytes: [UInt8])]

    /// nil when `note` is not one.
    init?(_ note: String) {
        let lines = note.components(separatedBy: "\n")
        guard lines.count >= 6, lines.last == "", let gap = lines.dropLast().lastIndex(of: ""), gap >= 3, let size = UInt64(lines[1]),
            String(size) == lines[1], lines[2].utf8.count == 44, let rootBytes = Data(base64Encoded: lines[2]),
            let root = InlineDigest(bytes: rootBytes), !lines[..<gap].contains(""), gap + 1 < lines.count - 1
        else { return nil }
        origin = lines[0]
        self.size = size
        self.root = root
        text = Array((lines[..<gap].joined(separator: "\n") + "\n").utf8)
        signatures = []
        for line in lines[(gap + 1)..<(lines.count - 1)] {
            let words = line.components(separatedBy: " ")
            guard words.count == 3, words[0] == "\u{2014}", let data = Data(base64Encoded: words[2]), data.count > 4,
                data.base64EncodedString() == words[2]
            else { return nil }
            signatures.append((words[1], Array(data.prefix(4)), Array(data.dropFirst(4))))
        }
    }

    /// The names and ids of its signatures that are right, and of those that are wrong under one of the keys.
    func check(_ keys: [HeadKey]) -> (right: [HeadKey], wrong: [HeadKey]) {
        var right: [HeadKey] = []
        var wrong: [HeadKey] = []
        for signature in signatures {
            for key in keys where key.name == signature.name && key.identifier == signature.identifier {
                if Ed25519.verify(signature.bytes, of: text, publicKey: key.publicKey) { right.append(key) } else { wrong.append(key) }
            }
        }
        return (right, wrong)
    }

    /// How many signatures no key of these belongs to.
    func strangers(_ keys: [HeadKey]) -> Int {
        signatures.count { signature in !keys.contains { $0.name == signature.name && $0.identifier == signature.identifier } }
    }
}

/// A public key for signed heads, in C2SP signed-note form.
struct HeadKey: Sendable, Hashable {
    let text: String
    let name: String
    let identifier: [UInt8]
    let publicKey: [UInt8]

    init?(_ text: String) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let identifier = [UInt8](hex: parts[1]), let data = Data(base64Encoded: String(parts[2])), data.count == 33,
            data.first == 1
        else { return nil }
        self.text = text
        name = String(parts[0])
        self.identifier = identifier
        publicKey = Array(data.dropFirst())
        guard SHA256Digest(of: Array(name.utf8) + [10] + Array(data)).bytes.prefix(4).elementsEqual(identifier) else { return nil }
    }
}
