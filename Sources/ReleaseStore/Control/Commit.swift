public import ReleaseModel

/// Everything that one step of a release came to. It is written in one transaction or not at all.
///
/// The database checks that the lease is the present one and not over; that the window was not recorded before; that the version is the one
/// that was read; that each decision begins where the one before it ended and moves along a legal edge; that `state` and `weights` are what
/// the decisions lead to; and that effects with a known key are not repeated.
public struct Commit: Sendable, Hashable {
    public var lease: Lease
    public var expectedVersion: Int64
    public var state: ReleaseState
    public var engineState: JSONValue?
    /// The declared weights after this step, all arms.
    public var weights: [ArmWeight]
    public var generation: Int64
    /// Those that changed.
    public var rolling: [RollingState]
    public var poll: PollRow?
    public var decisions: [NewDecision]
    public var effects: [NewEffect]
    public var consumedCommands: [ConsumedCommand]
    /// When the engine wants to be asked again; nil: not before a command or an unfinished effect wants attention.
    public var dueAt: Timestamp?
    /// The revision that is now the service's stable one.
    public var promote: String?
    /// Gives the lease back in the same transaction.
    public var releaseLease: Bool

    public init(
        lease: Lease, expectedVersion: Int64, state: ReleaseState, engineState: JSONValue?, weights: [ArmWeight], generation: Int64,
        rolling: [RollingState] = [], poll: PollRow? = nil, decisions: [NewDecision] = [], effects: [NewEffect] = [],
        consumedCommands: [ConsumedCommand] = [], dueAt: Timestamp? = nil, promote: String? = nil, releaseLease: Bool = false
    ) {
        self.lease = lease
        self.expectedVersion = expectedVersion
        self.state = state
        self.engineState = engineState
        self.weights = weights
        self.generation = generation
        self.rolling = rolling
        self.poll = poll
        self.decisions = decisions
        self.effects = effects
        self.consumedCommands = consumedCommands
        self.dueAt = dueAt
        self.promote = promote
        self.releaseLease = releaseLease
    }
}

/// One window that was looked at.
public struct PollRow: Sendable, Hashable {
    public static let maximumOutcomeBytes = 64 << 10

    public var windowEnd: Timestamp
    public var verdict: Verdict?
    /// The evaluation in short, for those who watch. At most 64 KiB.
    public var outcome: JSONValue

    public init(windowEnd: Timestamp, verdict: Verdict?, outcome: JSONValue) {
        self.windowEnd = windowEnd
        self.verdict = verdict
        self.outcome = outcome
    }
}

/// A decision with the evidence that it rests on.
public struct NewDecision: Sendable, Hashable {
    public static let maximumEvidenceBytes = 16 << 20

    public var decision: Decision
    /// Canonical JSON; stored once for each digest and time. At most 16 MiB.
    public var evidence: [UInt8]?

    public init(decision: Decision, evidence: [UInt8]? = nil) {
        self.decision = decision
        self.evidence = evidence
    }
}

/// An effect to be done after the commit, at least once.
public struct NewEffect: Sendable, Hashable {
    public var key: String
    public var kind: String
    public var payload: JSONValue
    /// The decision that asks for it, as an index into the commit's decisions.
    public var decisionIndex: Int?
    /// Unfinished effects of the same kind are dropped: this one says all that is still to be done.
    public var replacesEarlier: Bool

    public init(key: String, kind: String, payload: JSONValue, decisionIndex: Int? = nil, replacesEarlier: Bool = false) {
        self.key = key
        self.kind = kind
        self.payload = payload
        self.decisionIndex = decisionIndex
        self.replacesEarlier = replacesEarlier
    }
}

/// What a commit made.
public struct CommitResult: Sendable, Hashable, Codable {
    public var version: Int64
    /// Ids, in the order of the commit's decisions.
    public var decisionIDs: [Int64]
    /// Ids, in the order of the commit's effects; the old id where the key was known.
    public var effectIDs: [Int64]

    public init(version: Int64, decisionIDs: [Int64], effectIDs: [Int64]) {
        self.version = version
        self.decisionIDs = decisionIDs
        self.effectIDs = effectIDs
    }

    enum CodingKeys: String, CodingKey {
        case version
        case decisionIDs = "decisions"
        case effectIDs = "effects"
    }
}
