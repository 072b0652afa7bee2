/// Names whose value is never kept, however it looks.
enum SecretWords {
    private static let nameHashes = Set(
        [
            "password", "passwd", "pwd", "passphrase", "secret", "token", "access_token", "refresh_token", "id_token", "api_key", "apikey",
            "api-key", "x-api-key", "client_secret", "private_key", "session", "sessionid", "session_id", "jsessionid", "cookie",
            "set-cookie",
            "authorization", "credential", "credentials", "signature", "ssn", "iban", "cvv", "username", "user", "email", "phone", "login",
        ].map { TokenHash.of($0.utf8) })
    private static let schemeHashes = Set(["bearer", "basic", "digest"].map { TokenHash.of($0.utf8) })

    /// Followed by `=` or `:`, the next word is its value.
    static func names(lowercasedHash: UInt64) -> Bool { nameHashes.contains(lowercasedHash) }

    /// Names of credentials' kinds: after `authorization:` it is the word after them that is secret.
    static func schemes(lowercasedHash: UInt64) -> Bool { schemeHashes.contains(lowercasedHash) }

    /// Words after which a credential stands wherever they are.
    static func announces(lowercasedHash: UInt64) -> Bool { lowercasedHash == bearer }

    private static let bearer = TokenHash.of("bearer".utf8)
}
