public import ReleaseModel

/// `POST /v1/tokens`: a new named token.
public struct CreateToken: Codable, Sendable, Hashable {
    public var name: String
    public var role: String
    public var reason: String?

    public init(name: String, role: String, reason: String? = nil) {
        self.name = name
        self.role = role
        self.reason = reason
    }
}

/// A token without its secret.
public struct TokenView: Codable, Sendable, Hashable {
    public var name: String
    public var role: String
    public var createdBy: String
    public var createdAt: Timestamp
    public var revokedAt: Timestamp?

    public init(name: String, role: String, createdBy: String, createdAt: Timestamp, revokedAt: Timestamp?) {
        self.name = name
        self.role = role
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.revokedAt = revokedAt
    }
}

/// The only answer that holds a secret; it is shown once and stored as a digest.
public struct CreatedToken: Codable, Sendable, Hashable {
    public var token: TokenView
    public var secret: String

    public init(token: TokenView, secret: String) {
        self.token = token
        self.secret = secret
    }
}
