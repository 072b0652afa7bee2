/// A gray release: one service moves from its stable revision to another, under one policy, on one target.
public struct Release: Sendable, Hashable, Codable {
    public var id: ReleaseID
    public var service: String
    public var target: String
    /// The arms as declared now; `stable` and `canary` at least, weights summing to 100%.
    public var arms: [Arm]
    public var policyName: String
    public var policyDigest: String
    /// Salt of the sticky bucket. A retry keeps it, so that nobody changes sides.
    public var salt: String
    public var state: ReleaseState
    public var startedBy: Actor
    public var reason: String
    public var provenance: Provenance
    public var createdAt: Timestamp
    /// True where the release declares a change that the stable revision cannot live with any more (a migration of data): its faults
    /// are fixed by going on, so the tree freezes where it would roll back. nil is false.
    public var irreversible: Bool?

    public init(
        id: ReleaseID, service: String, target: String, arms: [Arm], policyName: String, policyDigest: String, salt: String,
        state: ReleaseState, startedBy: Actor, reason: String, provenance: Provenance, createdAt: Timestamp, irreversible: Bool? = nil
    ) {
        self.id = id
        self.service = service
        self.target = target
        self.arms = arms
        self.policyName = policyName
        self.policyDigest = policyDigest
        self.salt = salt
        self.state = state
        self.startedBy = startedBy
        self.reason = reason
        self.provenance = provenance
        self.createdAt = createdAt
        self.irreversible = irreversible
    }

    public func arm(named name: String) -> Arm? { arms.first { $0.name == name } }

    /// Every arm but the stable one.
    public var canaryArms: [Arm] { arms.filter { $0.name != Arm.stable } }
    /// What they get together.
    public var canaryWeight: Weight { arms.map { ArmWeight(arm: $0.name, weight: $0.weight) }.canary }
    /// Their revisions as people read them: `v42`, or `a v43, b v44` where there are several.
    public var canaryText: String {
        canaryArms.count == 1 ? canaryArms[0].revision : canaryArms.map { "\($0.name) \($0.revision)" }.joined(separator: ", ")
    }
}
