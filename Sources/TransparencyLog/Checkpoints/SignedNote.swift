internal import Foundation
import Hashing

/// A text with signatures under it (C2SP signed-note): the text, an empty line, and a line for each signature.
public struct SignedNote: Sendable, Hashable {
    /// A note has at most this many signatures.
    public static let maximumSignatures = 100
    public static let maximumBytes = 1 << 16

    public struct Signature: Sendable, Hashable {
        public var name: String
        /// Four bytes that tell keys of one name apart.
        public var keyID: [UInt8]
        public var bytes: [UInt8]
    }

    /// Ends with a line break.
    public var text: String
    public var signatures: [Signature]

    /// A text signed with keys.
    public init(signing text: String, with keys: [NoteSigningKey]) {
        precondition(text.hasSuffix("\n") && !text.contains("\n\n"), "a note's text is lines that are not empty")
        self.text = text
        signatures = keys.map { Signature(name: $0.name, keyID: $0.verifier.keyID, bytes: $0.signature(of: text)) }
    }

    /// Reads a whole note; nil when it is not one.
    public init?(_ note: String) {
        guard note.utf8.count <= Self.maximumBytes, note.hasSuffix("\n"), let gap = note.range(of: "\n\n", options: .backwards) else {
            return nil
        }
        text = String(note[..<gap.lowerBound]) + "\n"
        signatures = []
        let lines = note[gap.upperBound...].split(separator: "\n", omittingEmptySubsequences: false).dropLast()
        guard (1...Self.maximumSignatures).contains(lines.count) else { return nil }
        for line in lines {
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 3, words[0] == "\u{2014}", !words[1].isEmpty, !words[1].contains("+"),
                let bytes = Data(canonicalBase64: String(words[2])), bytes.count > 4
            else { return nil }
            signatures.append(Signature(name: String(words[1]), keyID: Array(bytes.prefix(4)), bytes: Array(bytes.dropFirst(4))))
        }
    }

    public var note: String {
        text + "\n"
            + signatures.map { "\u{2014} \($0.name) \(Data($0.keyID + $0.bytes).base64EncodedString())\n" }.joined()
    }

    /// True when one of the signatures is the key's, and right.
    public func isSigned(by key: NoteVerifierKey) -> Bool {
        signatures.contains { signature in
            signature.name == key.name && signature.keyID == key.keyID
                && Ed25519.verify(signature.bytes, of: Array(text.utf8), publicKey: key.publicKey)
        }
    }
}
