public import ReleaseModel

/// `POST /v1/releases`: move a service to a new revision under a policy.
public struct StartRelease: Codable, Sendable, Hashable {
    public var service: String
    /// The revision that becomes the canary; the target must know its servers. Left out where `arms` or `retryOf` say it.
    public var to: String?
    /// The revision of each arm that the policy names, where it names several.
    public var arms: [ArmRevision]?
    /// The release that this one tries again: its arms, its policy's newest version, its target, and its salt, so that nobody changes sides.
    public var retryOf: ReleaseID?
    /// Left out only where `retryOf` says it.
    public var policy: String?
    /// nil where exactly one target carries the service.
    public var target: String?
    public var reason: String
    public var provenance: Provenance?
    /// For whom the caller acts; claimed, not verified.
    public var onBehalfOf: String?
    /// True where the stable revision cannot live with the change any more: the tree freezes where it would roll back. nil is false, or
    /// what the release that is tried again declared.
    public var irreversible: Bool?

    public init(
        service: String, to: String? = nil, arms: [ArmRevision]? = nil, retryOf: ReleaseID? = nil, policy: String? = nil,
        target: String? = nil, reason: String, provenance: Provenance? = nil, onBehalfOf: String? = nil,
        irreversible: Bool? = nil
    ) {
        self.service = service
        self.to = to
        self.arms = arms
        self.retryOf = retryOf
        self.policy = policy
        self.target = target
        self.reason = reason
        self.provenance = provenance
        self.onBehalfOf = onBehalfOf
        self.irreversible = irreversible
    }
}

/// `POST /v1/releases/{ref}/commands`: what a person asks of a release that is under way.
public struct IssueCommand: Codable, Sendable, Hashable {
    public var kind: Command.Kind
    public var reason: String
    public var onBehalfOf: String?

    public init(kind: Command.Kind, reason: String, onBehalfOf: String? = nil) {
        self.kind = kind
        self.reason = reason
        self.onBehalfOf = onBehalfOf
    }
}
