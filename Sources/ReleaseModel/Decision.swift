/// One thing that was decided about a release: by the tree, by a person, or by time running out.
public struct Decision: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case start, advance, hold, observe, pause, resume, ask, approve, reject, promote, bake, complete
        case rollback, abort, supersede
        /// The tree found a fault and went back to the weight of the stage before.
        case stepDown
        /// The weights stay, nothing grows, and people are called: the fault is to be fixed by going on.
        case freeze
        /// Weight 0 (or full weight) was read back after a retreat or a promotion.
        case confirm
        /// The data plane showed something other than what was declared; it is put back.
        case drift
        /// What held the release back is gone; it grows again when its stage is complete.
        case clear
        /// A command came at a time when it makes no sense; nothing changed.
        case refuse
        /// Nothing can be said: a plugin, a provider or the data plane failed.
        case error
    }

    public var kind: Kind
    public var from: ReleaseState
    public var to: ReleaseState
    public var fromWeights: [ArmWeight]
    public var toWeights: [ArmWeight]
    /// Index of the stage that the release is in after the decision; nil before the first and after the last.
    public var stage: Int?
    /// The node of the tree, or the rule of the engine, that decided: "canary is worse", "stage complete", "command".
    public var because: String
    public var verdict: Verdict?
    public var actor: Actor
    /// In plain words, for a person who reads it a year later.
    public var reason: String
    public var time: Timestamp
    /// Every node of the tree with what its condition said, in order; empty where no evaluation was involved.
    public var path: [NodeEvaluation]

    public init(
        kind: Kind, from: ReleaseState, to: ReleaseState, fromWeights: [ArmWeight], toWeights: [ArmWeight], stage: Int?, because: String,
        verdict: Verdict?, actor: Actor, reason: String, time: Timestamp, path: [NodeEvaluation]
    ) {
        self.kind = kind
        self.from = from
        self.to = to
        self.fromWeights = fromWeights
        self.toWeights = toWeights
        self.stage = stage
        self.because = because
        self.verdict = verdict
        self.actor = actor
        self.reason = reason
        self.time = time
        self.path = path
    }
}

/// What one node's condition said at one evaluation, by itself: a node within others counts only where they hold as well.
public struct NodeEvaluation: Sendable, Hashable, Codable {
    public var node: String
    /// nil where the node has no condition.
    public var condition: String?
    public var truth: Truth
    /// True for the node that decided.
    public var taken: Bool
    /// The signals that the condition reads, with what they said; behind them its terms over time, such as `rising(score, 5m)`.
    public var readings: [NamedReading]
    /// How many nodes it stands within; nil at the top of the tree.
    public var depth: Int?

    public init(node: String, condition: String?, truth: Truth, taken: Bool, readings: [NamedReading], depth: Int? = nil) {
        self.node = node
        self.condition = condition
        self.truth = truth
        self.taken = taken
        self.readings = readings
        self.depth = depth
    }
}

public struct NamedReading: Sendable, Hashable, Codable {
    public var name: String
    public var reading: SignalReading

    public init(name: String, reading: SignalReading) {
        self.name = name
        self.reading = reading
    }
}

/// Three-valued truth, after Kleene's strong logic.
public enum Truth: String, Sendable, Hashable, Codable {
    case `true`, `false`, unknown
}
