public import ReleaseModel

/// `PUT /v1/policies`: the text of a policy as people write it.
public struct ApplyPolicy: Codable, Sendable, Hashable {
    /// YAML, at most 256 KiB.
    public var source: String
    /// What findings are to name as the file; the name of the file on the caller's side.
    public var place: String?
    public var reason: String?

    public init(source: String, place: String? = nil, reason: String? = nil) {
        self.source = source
        self.place = place
        self.reason = reason
    }
}

/// A stored version of a policy in a listing.
public struct PolicySummary: Codable, Sendable, Hashable {
    public var name: String
    public var version: Int
    public var digest: String
    public var appliedBy: Actor
    public var appliedAt: Timestamp

    public init(name: String, version: Int, digest: String, appliedBy: Actor, appliedAt: Timestamp) {
        self.name = name
        self.version = version
        self.digest = digest
        self.appliedBy = appliedBy
        self.appliedAt = appliedAt
    }
}

/// A stored version of a policy, whole.
public struct PolicyView: Codable, Sendable, Hashable {
    public var name: String
    public var version: Int
    public var digest: String
    /// As it was applied.
    public var source: String
    /// As the controller reads it, every default filled in.
    public var policy: Policy
    public var appliedBy: Actor
    public var appliedAt: Timestamp
    /// What is worth knowing about it though it was accepted; only when it is applied.
    public var warnings: [String]

    public init(
        name: String, version: Int, digest: String, source: String, policy: Policy, appliedBy: Actor, appliedAt: Timestamp,
        warnings: [String] = []
    ) {
        self.name = name
        self.version = version
        self.digest = digest
        self.source = source
        self.policy = policy
        self.appliedBy = appliedBy
        self.appliedAt = appliedAt
        self.warnings = warnings
    }
}
