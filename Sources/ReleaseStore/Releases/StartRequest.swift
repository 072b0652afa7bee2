public import ReleaseModel

/// What somebody wants released, and why.
public struct StartRequest: Sendable, Hashable {
    public var service: String
    /// The arms beside stable: those that the policy names, each with one of the service's revisions on the target.
    public var arms: [ArmRevision]
    /// A policy by name (its newest version) or by digest.
    public var policy: String
    public var target: String
    public var actor: Actor
    public var reason: String
    public var provenance: Provenance
    /// The release that this one tries again: its salt is kept, so that nobody changes sides.
    public var parent: ReleaseID?
    /// True where the stable revision cannot live with the change any more: the tree freezes where it would roll back.
    public var irreversible: Bool

    public init(
        service: String, arms: [ArmRevision], policy: String, target: String, actor: Actor, reason: String,
        provenance: Provenance = Provenance(), parent: ReleaseID? = nil, irreversible: Bool = false
    ) {
        self.service = service
        self.arms = arms
        self.policy = policy
        self.target = target
        self.actor = actor
        self.reason = reason
        self.provenance = provenance
        self.parent = parent
        self.irreversible = irreversible
    }

    /// A release with one arm beside stable, the canary.
    public init(
        service: String, revision: String, policy: String, target: String, actor: Actor, reason: String,
        provenance: Provenance = Provenance(), parent: ReleaseID? = nil, irreversible: Bool = false
    ) {
        self.init(
            service: service, arms: [ArmRevision(name: Arm.canary, revision: revision)], policy: policy, target: target, actor: actor,
            reason: reason, provenance: provenance, parent: parent, irreversible: irreversible)
    }

    /// The argument of `tidegate.start_release`.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "service": .string(service), "policy": .string(policy), "target": .string(target), "actor": JSONValue(actor),
            "reason": .string(reason.withoutNUL),
        ]
        if arms.count == 1, arms[0].name == Arm.canary {
            members["revision"] = .string(arms[0].revision)
        } else {
            members["arms"] = .array(arms.map { ["name": .string($0.name), "revision": .string($0.revision)] })
        }
        members["parent"] = parent.map(JSONValue.string)
        members["ticket"] = provenance.ticket.map { .string($0.withoutNUL) }
        members["buildURL"] = provenance.buildURL.map { .string($0.withoutNUL) }
        members["commit"] = provenance.commit.map { .string($0.withoutNUL) }
        members["artifactDigest"] = provenance.artifactDigest.map { .string($0.withoutNUL) }
        members["traceID"] = provenance.traceID.map { .string($0.withoutNUL) }
        return .object(members)
    }
}
