/// What a release does while its windows have one verdict that neither lets it grow nor sends it back.
public struct VerdictPolicy: Sendable, Hashable, Codable {
    public enum Action: String, Sendable, Hashable, Codable, CaseIterable {
        /// The weights stay until the verdict changes; the time counts towards the stage.
        case hold
        /// The weights stay, and the time does not count: the stage becomes longer by it, at most by its `extend`.
        case extend
        /// After `after` of it without a break a person is asked; while baking, where nothing is left to ask for, the release is paused.
        case ask
    }

    public var action: Action
    /// How long `ask` waits.
    public var after: TimeSpan

    public init(_ action: Action, after: TimeSpan = VerdictPolicy.standardPatience) {
        self.action = action
        self.after = after
    }

    public static let standardPatience = TimeSpan.seconds(600)
}

/// The policies for all verdicts that are not clear. What is nil holds.
public struct VerdictPolicies: Sendable, Hashable, Codable {
    public var noData: VerdictPolicy?
    public var inconclusive: VerdictPolicy?
    public var error: VerdictPolicy?

    public init(noData: VerdictPolicy? = nil, inconclusive: VerdictPolicy? = nil, error: VerdictPolicy? = nil) {
        self.noData = noData
        self.inconclusive = inconclusive
        self.error = error
    }

    /// The policy for a verdict; nil for a clear one, and where the policy says nothing.
    public subscript(_ verdict: Verdict) -> VerdictPolicy? {
        switch verdict {
        case .noData: noData
        case .inconclusive: inconclusive
        case .error: error
        case .healthy, .degraded: nil
        }
    }
}
