import ReleaseModel

extension ArmShare {
    /// What each canary arm gets of the canary's weight; the last one gets what rounding leaves. Without arms, all of it is `canary`'s.
    static func divide(_ weight: Weight, among shares: [ArmShare]?) -> [ArmWeight] {
        guard let shares, let last = shares.last else { return [ArmWeight(arm: Arm.canary, weight: weight)] }
        var rest = weight.basisPoints
        var weights: [ArmWeight] = []
        for share in shares.dropLast() {
            let part = min(rest, weight.basisPoints * share.share.basisPoints / 10_000)
            weights.append(ArmWeight(arm: share.name, weight: Weight(basisPoints: part)))
            rest -= part
        }
        return weights + [ArmWeight(arm: last.name, weight: Weight(basisPoints: rest))]
    }
}

extension Policy {
    /// A release with several arms compares them; none of them becomes stable by itself.
    var isExperiment: Bool { (routing.arms?.count ?? 1) > 1 }
}
