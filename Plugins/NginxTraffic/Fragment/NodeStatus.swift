internal import ReleaseModel

/// What the generated status location of a service answers, and what the edge says about a service.
struct NodeStatus: Sendable, Hashable, Codable {
    struct StatusArm: Sendable, Hashable, Codable {
        var name: String
        var revision: String
        var weight: Weight
    }

    var service: String
    var release: ReleaseID
    var generation: Int64
    var leaseTerm: Int64
    /// Of the fragment; from the edge the SHA-256 of its plan's file.
    var digest: String
    var salt: String
    var arms: [StatusArm]
    /// How participants are divided, where the policy says so.
    var shares: [ArmShare]?
    /// Where participants come from, where that is not everybody.
    var layer: Layer?
    /// True where the arms are divided within strata.
    var isStratified: Bool?
    /// The edge that is asked for every request; nil where nginx decides itself.
    var edge: String?
    /// From the edge: why a newer plan is not in force.
    var problem: String?

    var weights: [ArmWeight] { arms.map { ArmWeight(arm: $0.name, weight: $0.weight) } }
}
