internal import Foundation
import Hashing

/// The private half of a key for notes: `PRIVATE+KEY+name+id+base64`, where the last part is 0x01 and the Ed25519 seed.
public struct NoteSigningKey: Sendable {
    public let name: String
    public let verifier: NoteVerifierKey
    private let seed: [UInt8]

    private init?(name: String, seed: [UInt8]) {
        guard NoteVerifierKey.isName(name), let publicKey = Ed25519.publicKey(seed: seed) else { return nil }
        self.name = name
        self.seed = seed
        verifier = NoteVerifierKey(name: name, publicKey: publicKey)
    }

    /// A new key from the system's randomness; nil when `name` is none.
    public init?(newNamed name: String) { self.init(name: name, seed: secureRandomBytes(Ed25519.seedBytes)) }

    /// Reads the text form; nil when it is not one.
    public init?(_ text: String) {
        let parts = text.split(separator: "+", maxSplits: 4, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, parts[0] == "PRIVATE", parts[1] == "KEY", let key = Data(canonicalBase64: parts[4]), key.count == 33,
            key.first == NoteVerifierKey.algorithm
        else { return nil }
        self.init(name: parts[2], seed: Array(key.dropFirst()))
        guard verifier.keyID.hex == parts[3] else { return nil }
    }

    /// The secret text: never printed or logged, only written to the key's own file.
    public var secretText: String {
        "PRIVATE+KEY+\(name)+\(verifier.keyID.hex)+\(Data([NoteVerifierKey.algorithm] + seed).base64EncodedString())"
    }

    func signature(of text: String) -> [UInt8] {
        guard let signature = Ed25519.signature(of: Array(text.utf8), seed: seed) else {
            preconditionFailure("a seed of 32 bytes signs")
        }
        return signature
    }
}
