public import ReleaseModel

/// What the bearer of a token may do.
public enum TokenRole: String, Sendable, Hashable, Codable, CaseIterable {
    /// Starts and steers releases, applies policies and targets.
    case `operator`
    /// Reads everything, changes nothing.
    case auditor
    /// Pushes logs.
    case intake
    /// Everything, tokens and plugins included.
    case admin
}

/// A named token of the API. Its secret is shown once, when it is created; only a digest is kept.
public struct Token: Sendable, Hashable, Codable {
    public var name: String
    public var role: TokenRole
    public var createdBy: String
    public var createdAt: Timestamp
    public var revokedAt: Timestamp?

    public init(name: String, role: TokenRole, createdBy: String, createdAt: Timestamp, revokedAt: Timestamp? = nil) {
        self.name = name
        self.role = role
        self.createdBy = createdBy
        self.createdAt = createdAt
        self.revokedAt = revokedAt
    }
}
