public import ReleaseModel

/// What follows from one event: the new state, what was decided, and what is to be done about it.
public struct Step: Sendable, Hashable {
    public var state: RolloutState
    public var decisions: [Decision]
    public var effects: [RolloutEffect]
    /// Every node of the tree with what it said, where the event was an evaluation that walked it.
    public var path: [NodeEvaluation]
}

/// Something that the controller does after the commit that recorded it. Doing it twice is observably nothing.
public enum RolloutEffect: Sendable, Hashable, Codable {
    /// Make every node of the target carry these weights under this generation.
    case setWeights(generation: Int64, weights: [ArmWeight])
    /// Tell the policy's webhooks about a decision of this kind.
    case notify(Decision.Kind, because: String)
    /// The new revision is now the service's stable one.
    case makeStable
}
