public import ReleaseModel

extension Policy {
    /// The same policy at another pace: stages, bake, warm-up and the tree's `observe` and `hold` times multiplied by `factor`, and `-x<factor>` after the name.
    ///
    /// The poll interval, the lag and the times within conditions (`held`) and plugin settings stay as they are: they belong to the data.
    ///
    /// - Precondition: `factor` is positive and finite.
    public func scaled(by factor: Double) -> Policy {
        precondition(factor > 0 && factor.isFinite, "a factor is positive")
        var policy = self
        let suffix = "-x" + Self.short(factor)
        policy.name = String(name.prefix(Name.maximumLength - suffix.utf8.count)) + suffix
        policy.warmUp = warmUp * factor
        policy.bake = bake * factor
        for verdict in [\VerdictPolicies.noData, \.inconclusive, \.error] {
            if let after = verdicts?[keyPath: verdict]?.after { policy.verdicts?[keyPath: verdict]?.after = after * factor }
        }
        for index in policy.stages.indices { policy.stages[index].duration = stages[index].duration * factor }
        policy.tree = tree.map { node in
            node.mapActions { action in
                switch action {
                case .observe(let span, let otherwise): .observe(span * factor, otherwise: otherwise)
                case .holdFor(let span, let otherwise): .holdFor(span * factor, otherwise: otherwise)
                default: action
                }
            }
        }
        return policy
    }

    private static func short(_ factor: Double) -> String {
        Int64(exactly: factor).map { "\($0)" } ?? String("\(factor)".map { $0 == "+" ? "-" : $0 }.prefix(8))
    }
}
