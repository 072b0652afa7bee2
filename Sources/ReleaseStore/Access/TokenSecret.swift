import Hashing

/// The text that a bearer shows: `tdg_<16 digits>_<64 digits>`, hexadecimal. The first part finds the token, the second proves it.
struct TokenSecret: Sendable {
    static let prefix = "tdg"

    let key: String
    let proof: String

    var text: String { "\(Self.prefix)_\(key)_\(proof)" }
    /// 256 random bits need no slow hash.
    var digest: SHA256Digest { SHA256Digest(of: proof) }

    /// A new one.
    init() {
        key = secureRandomBytes(8).hex
        proof = secureRandomBytes(32).hex
    }

    /// nil for anything that is not of this form.
    init?(_ text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == Self.prefix, parts[1].utf8.count == 16, parts[2].utf8.count == 64,
            [UInt8](hex: parts[1]) != nil, [UInt8](hex: parts[2]) != nil
        else { return nil }
        key = String(parts[1])
        proof = String(parts[2])
    }
}
