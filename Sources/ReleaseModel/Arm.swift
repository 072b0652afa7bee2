/// One branch of a release: a name, the revision that it runs, and the share of new traffic that it should get.
public struct Arm: Sendable, Hashable, Codable {
    public static let stable = "stable"
    public static let canary = "canary"

    public var name: String
    public var revision: String
    public var weight: Weight

    public init(name: String, revision: String, weight: Weight) {
        self.name = name
        self.revision = revision
        self.weight = weight
    }
}

/// The share that one arm has, without its revision.
public struct ArmWeight: Sendable, Hashable, Codable {
    public var arm: String
    public var weight: Weight

    public init(arm: String, weight: Weight) {
        self.arm = arm
        self.weight = weight
    }
}

extension [ArmWeight] {
    /// The weight of the named arm; an arm that is not listed gets nothing.
    public subscript(arm name: String) -> Weight { first { $0.arm == name }?.weight ?? .zero }

    /// What all arms but the stable one get together.
    public var canary: Weight { Weight(basisPoints: reduce(0) { $1.arm == Arm.stable ? $0 : $0 + $1.weight.basisPoints }) }
}
