internal import Hashing
public import ReleaseModel

/// A signature that lets colours cross a network that is not trusted: the header `<tagHeader>-signature: k=<key>;e=<expiry>;h=<hops>;s=<mac>`.
///
/// `mac` is HMAC-SHA-256, in 64 lower-case hexadecimal digits, over `<key>\n<expiry>\n<hops>\n<tags joined by ,>`; the expiry is in seconds
/// since 1970. Whoever has a signed header can send it until it expires, so lifetimes are short.
public struct ColorSignature: Sendable, Hashable {
    /// A longer text is no signature.
    public static let maximumLength = 256
    /// A shorter secret could be guessed.
    public static let minimumSecretBytes = 16

    public let keyID: String
    /// Seconds since 1970; from this second on the signature is void.
    public let expires: Int64
    public let hops: Int
    let digits: String

    /// The header's value for colours that have come `hops` hops.
    public static func sign(tags: [String], hops: Int, expires: Timestamp, keyID: String, secret: [UInt8]) -> String {
        let seconds = expires.microseconds / 1_000_000
        let code = code(tags: tags, hops: hops, expires: seconds, keyID: keyID, secret: secret)
        return "k=\(keyID);e=\(seconds);h=\(hops);s=\(code.hex)"
    }

    /// Reads a header's value; nil when it has another form. Nothing is verified by that.
    public init?(_ value: [UInt8]) {
        guard value.count <= Self.maximumLength else { return nil }
        let parts = value.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
        guard parts.count == 4, let key = Self.field("k", parts[0]), Name.problem(with: key) == nil,
            let expires = Self.field("e", parts[1]).flatMap({ Self.number($0) }),
            let hops = Self.field("h", parts[2]).flatMap({ Self.number($0) }), hops <= 1000,
            let digits = Self.field("s", parts[3]), digits.utf8.count == 64,
            digits.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
        else { return nil }
        keyID = key
        self.expires = expires
        self.hops = Int(hops)
        self.digits = digits
    }

    /// Whether the signature is that of `tags` under `secret`, compared in constant time. Its expiry is not looked at.
    public func verify(tags: [String], secret: [UInt8]) -> Bool {
        let expected = Self.code(tags: tags, hops: hops, expires: expires, keyID: keyID, secret: secret).hex
        let difference = zip(expected.utf8, digits.utf8).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
        return difference == 0 && expected.utf8.count == digits.utf8.count
    }

    private static func code(tags: [String], hops: Int, expires: Int64, keyID: String, secret: [UInt8]) -> [UInt8] {
        hmacSHA256(key: secret, message: Array("\(keyID)\n\(expires)\n\(hops)\n\(ColorHeader.text(tags))".utf8))
    }

    private static func field(_ name: String, _ part: ArraySlice<UInt8>) -> String? {
        part.starts(with: Array("\(name)=".utf8)) ? String(decoding: part.dropFirst(name.utf8.count + 1), as: UTF8.self) : nil
    }

    /// A number without sign or leading zeros, so that there is one way to write each signature.
    private static func number(_ digits: String) -> Int64? {
        guard (1...15).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }), digits == "0" || digits.first != "0"
        else { return nil }
        return Int64(digits)
    }
}
