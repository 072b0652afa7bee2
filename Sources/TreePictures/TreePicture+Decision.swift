public import ReleaseModel

extension TreePicture {
    /// The tree of a policy.
    public init(of policy: Policy, subtitle: String) {
        self.init(policy.tree, title: "The rollback tree of \(policy.name)", subtitle: subtitle)
    }

    /// A decision on the tree of the policy that was in force, with the way that was taken; nil for one that the tree did not make.
    public init?(of decision: Decision, number: Int64, release: ReleaseID, policy: Policy) {
        guard !decision.path.isEmpty else { return nil }
        self.init(
            policy.tree, title: "Decision \(number): \(decision.kind.rawValue) of \(release)",
            subtitle: "\(decision.time), policy \(policy.name), because \"\(decision.because)\"", path: decision.path)
    }
}
