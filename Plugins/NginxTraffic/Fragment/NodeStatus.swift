internal import ReleaseModel

/// What the generated status location of a service answers.
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
    var digest: String
    var salt: String
    var arms: [StatusArm]

    var weights: [ArmWeight] { arms.map { ArmWeight(arm: $0.name, weight: $0.weight) } }
}
