import Hashing
import PostgresClient
public import ReleaseModel

extension ReleaseStore {
    /// Makes a token. Its secret is in the answer and nowhere else.
    ///
    /// - Throws: `conflict` when a token of that name is in force.
    public func createToken(name: String, role: TokenRole, actor: Actor, reason: String = "") async throws -> (token: Token, secret: String)
    {
        try Self.requireName(name, "the token's name")
        let secret = TokenSecret()
        _ = try await rows(
            .createToken,
            [
                .text(name), .text(role.rawValue), .text(secret.key), .bytes(secret.digest.bytes), .json(JSONValue(actor).canonicalText),
                .text(reason.withoutNUL),
            ], place: "token \(name)")
        guard let token = try await verifyToken(secret.text) else {
            throw ReleaseError(.conflict, "the token was revoked at once", place: "token \(name)")
        }
        return (token, secret.text)
    }

    /// All tokens, the revoked ones too, by name and age.
    public func tokens() async throws -> [Token] {
        let rows = try await rows(.tokens, [])
        return try reading {
            try rows.map { row in
                Token(
                    name: try row.text("name"), role: try row.named(TokenRole.self, "role"), createdBy: try row.text("created_by"),
                    createdAt: try row.time("created_at"), revokedAt: try row.optionalTime("revoked_at"))
            }
        }
    }

    /// Ends a token for good.
    ///
    /// - Throws: `notFound`, with the names in force.
    public func revokeToken(_ name: String, actor: Actor, reason: String = "") async throws {
        _ = try await rows(
            .revokeToken, [.text(name), .json(JSONValue(actor).canonicalText), .text(reason.withoutNUL)], place: "token \(name)")
    }

    /// The token that a secret belongs to; nil for one that is unknown, wrong or revoked. The comparison takes the same time either way.
    public func verifyToken(_ secret: String) async throws -> Token? {
        guard let shown = TokenSecret(secret), let row = try await rows(.tokenByKey, [.text(shown.key)]).first else { return nil }
        return try reading {
            guard constantTimeEquals(shown.digest.bytes, try row["secret_sha256"].bytes()) else { return nil }
            return Token(
                name: try row.text("name"), role: try row.named(TokenRole.self, "role"), createdBy: try row.text("created_by"),
                createdAt: try row.time("created_at"))
        }
    }
}
