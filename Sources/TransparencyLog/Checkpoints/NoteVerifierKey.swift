internal import Foundation
import Hashing

/// The public half of a key for notes: `name+id+base64`, where the last part is 0x01 and the Ed25519 public key.
public struct NoteVerifierKey: Sendable, Hashable, CustomStringConvertible {
    public let name: String
    public let publicKey: [UInt8]

    static let algorithm: UInt8 = 1

    init(name: String, publicKey: [UInt8]) {
        self.name = name
        self.publicKey = publicKey
    }

    /// Reads the text form; nil when it is not one, or its id does not belong to the key.
    public init?(_ text: String) {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, Self.isName(parts[0]), let id = [UInt8](hex: parts[1]), let key = Data(canonicalBase64: parts[2]),
            key.count == 33, key.first == Self.algorithm
        else { return nil }
        self.init(name: parts[0], publicKey: Array(key.dropFirst()))
        guard id == keyID else { return nil }
    }

    /// A name has no space, no plus and no control character.
    static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.unicodeScalars.allSatisfy { $0 != "+" && $0.value > 32 && !$0.properties.isWhitespace }
    }

    /// The first four bytes of SHA-256 over name, line break, algorithm and key.
    public var keyID: [UInt8] { Array(SHA256Digest(of: Array(name.utf8) + [10, Self.algorithm] + publicKey).bytes.prefix(4)) }

    public var description: String { "\(name)+\(keyID.hex)+\(Data([Self.algorithm] + publicKey).base64EncodedString())" }
}
