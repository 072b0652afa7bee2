public import ReleaseModel

/// Everything that the engine remembers about one release between two events. It is stored as JSON with every commit.
public struct RolloutState: Sendable, Hashable, Codable {
    public var state: ReleaseState
    /// Where `resume` goes; set while paused.
    public var resumeTo: ReleaseState?
    /// Index into the policy's stages; their count means full weight; nil before the first.
    public var stage: Int?
    /// Grows with every change of the declared weights.
    public var generation: Int64
    public var declared: [ArmWeight]
    /// What was last read back; nil before the first reading.
    public var observed: [ArmWeight]?
    /// When the release began, the start of its first poll window; nil while pending.
    public var beganAt: Timestamp?
    /// False while a node cannot be read; nothing grows then.
    public var isReadable: Bool
    /// True once the current generation was read back from every node.
    public var isApplied: Bool
    /// True while the data plane shows something else than was applied.
    public var isDrifting: Bool
    /// True when a failed attempt to apply the current generation was already recorded.
    public var applyFailureRecorded: Bool
    /// When the stage's weight was first read back; time and samples count from here.
    public var stageEnteredAt: Timestamp?
    /// How much of the stage was watched: the time that the evaluated windows cover.
    public var stageWatched: TimeSpan
    /// End of the last evaluated window. While a metric store fails, windows begin where the last answered one ended, and so overlap.
    public var evaluatedThrough: Timestamp?
    /// Canary requests since the release began, as of the last evaluation; nil while unknown.
    public var samples: Double?
    /// The same when the stage was entered.
    public var samplesAtStage: Double?
    /// Since when each `held` term has been true at every evaluation, sorted by term.
    public var held: [HeldSince]
    public var observation: Observation?
    public var approval: PendingApproval?
    /// What the last evaluation came to; a new decision is written when it changes.
    public var lastOutcome: Outcome?
    /// The unclear verdict that the last windows had, where the policy says what to do about it.
    public var unclear: Unclear?
    /// How much of the stage passed under verdicts that make it longer.
    public var stageExtended: TimeSpan?
    /// When weight 0 was read back during a retreat.
    public var zeroObservedAt: Timestamp?
    /// Windows seen since then in which the canary's own counter was unknown or still moved.
    public var unconfirmedWindows: Int
    /// What the terms over time look back at; nil where the tree has none.
    public var histories: [SignalHistory]?
    /// The node that holds the release for a time, while one does.
    public var holdClock: HoldClock?
    /// How often the release was stepped down; nil is never.
    public var stepDowns: Int?
    /// True where the release cannot be taken back: the tree freezes where it would roll back. nil is false.
    public var irreversible: Bool?

    public struct HoldClock: Sendable, Hashable, Codable {
        public var node: String
        /// The time that the windows since the node first decided cover, in states that grow.
        public var waited: TimeSpan
    }

    public struct HeldSince: Sendable, Hashable, Codable {
        public var term: String
        public var since: Timestamp
    }

    /// An `observe` node that is waiting for what comes.
    public struct Observation: Sendable, Hashable, Codable {
        public var node: String
        /// Only windows after this are judged at the end; also the mark that is handed to the plugins.
        public var since: Timestamp
        public var until: Timestamp
    }

    public struct PendingApproval: Sendable, Hashable, Codable {
        /// The stage that is entered when a person approves; one past full weight is the end of the bake.
        public var stage: Int
        public var role: String
        public var why: String
        public var expiresAt: Timestamp
    }

    public struct Outcome: Sendable, Hashable, Codable {
        public var because: String
        public var action: TreeAction
        public var verdict: Verdict
    }

    /// A run of windows with one unclear verdict.
    public struct Unclear: Sendable, Hashable, Codable {
        public var verdict: Verdict
        /// Start of the first of them.
        public var since: Timestamp
    }

    /// A release that was just accepted: nothing applied, everything on the stable arm.
    public init(canaryArms: [String] = [Arm.canary], irreversible: Bool? = nil) {
        state = .pending
        generation = 0
        declared = [ArmWeight(arm: Arm.stable, weight: .full)] + canaryArms.map { ArmWeight(arm: $0, weight: .zero) }
        isReadable = true
        isApplied = false
        isDrifting = false
        applyFailureRecorded = false
        stageWatched = .zero
        held = []
        unconfirmedWindows = 0
        self.irreversible = irreversible
    }

    /// What all canary arms are to get together.
    public var canaryWeight: Weight { declared.canary }

    /// True when the declared weights were read back and nothing has changed them since.
    public var isCarried: Bool { isApplied && !isDrifting && isReadable }
}
