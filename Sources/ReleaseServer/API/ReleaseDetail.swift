public import ReleaseModel

/// A release with everything that a person looks at while it runs.
public struct ReleaseDetail: Codable, Sendable, Hashable {
    public var release: Release
    /// The stages of the policy that the release runs under.
    public var stages: [Stage]
    public var bake: TimeSpan
    /// nil until a controller has taken the release up.
    public var progress: Progress?
    /// The newest judged window; nil before the first.
    public var evaluation: EvaluationView?
    /// The controller that steps the release now; nil where nobody does.
    public var lease: LeaseView?
    /// Commands that the controller has not acted on yet, oldest first.
    public var waitingCommands: [WaitingCommand]
    /// For a pending release: the active release that it waits for.
    public var blockedBy: ReleaseID?
    /// The newest decision; nil before the first.
    public var lastDecision: DecisionView?
    /// The database's clock when this was read.
    public var now: Timestamp

    public init(
        release: Release, stages: [Stage], bake: TimeSpan, progress: Progress?, evaluation: EvaluationView?, lease: LeaseView?,
        waitingCommands: [WaitingCommand], blockedBy: ReleaseID?, lastDecision: DecisionView?, now: Timestamp
    ) {
        self.release = release
        self.stages = stages
        self.bake = bake
        self.progress = progress
        self.evaluation = evaluation
        self.lease = lease
        self.waitingCommands = waitingCommands
        self.blockedBy = blockedBy
        self.lastDecision = lastDecision
        self.now = now
    }

    /// How far a release has come; the part of the engine's state that people read.
    public struct Progress: Codable, Sendable, Hashable {
        /// Index into the stages; their count means full weight; nil before the first.
        public var stage: Int?
        public var generation: Int64?
        public var declared: [ArmWeight]?
        public var observed: [ArmWeight]?
        public var isApplied: Bool?
        public var isDrifting: Bool?
        /// When the stage's weight was first read back.
        public var stageEnteredAt: Timestamp?
        /// How much of the stage was watched.
        public var stageWatched: TimeSpan?
        /// Canary requests since the release began.
        public var samples: Double?
        public var samplesAtStage: Double?
        public var observation: Observation?
        public var approval: PendingApproval?

        public struct Observation: Codable, Sendable, Hashable {
            public var node: String
            public var since: Timestamp
            public var until: Timestamp

            public init(node: String, since: Timestamp, until: Timestamp) {
                self.node = node
                self.since = since
                self.until = until
            }
        }

        public struct PendingApproval: Codable, Sendable, Hashable {
            public var stage: Int
            public var role: String
            public var why: String
            public var expiresAt: Timestamp

            public init(stage: Int, role: String, why: String, expiresAt: Timestamp) {
                self.stage = stage
                self.role = role
                self.why = why
                self.expiresAt = expiresAt
            }
        }

        public init() {}
    }

    /// The signals of one judged window and the way through the tree.
    public struct EvaluationView: Codable, Sendable, Hashable {
        public var windowEnd: Timestamp
        public var verdict: Verdict?
        /// The node that decided.
        public var because: String?
        public var signals: [Signal]
        public var path: [NodeEvaluation]
        /// Why samples of the window are missing or incomplete.
        public var problems: [String]?
        /// What a person should know although the window could be judged.
        public var notes: [String]?
        /// How the metric store is doing: breaker, calls, failures, and faults by kind.
        public var provider: JSONValue?
        /// When stage and release will end at the present traffic; nil where nothing can be said.
        public var forecast: Forecast?

        public init(
            windowEnd: Timestamp, verdict: Verdict?, because: String?, signals: [Signal], path: [NodeEvaluation], problems: [String]? = nil,
            notes: [String]? = nil, provider: JSONValue? = nil, forecast: Forecast? = nil
        ) {
            self.windowEnd = windowEnd
            self.verdict = verdict
            self.because = because
            self.signals = signals
            self.path = path
            self.problems = problems
            self.notes = notes
            self.provider = provider
            self.forecast = forecast
        }

        public func reading(of name: String) -> SignalReading? { signals.first { $0.name == name }?.reading }
    }

    public struct LeaseView: Codable, Sendable, Hashable {
        public var controller: String
        public var term: Int64
        public var expiresAt: Timestamp

        public init(controller: String, term: Int64, expiresAt: Timestamp) {
            self.controller = controller
            self.term = term
            self.expiresAt = expiresAt
        }
    }

    public struct WaitingCommand: Codable, Sendable, Hashable {
        public var id: Int64
        public var command: Command
        public var at: Timestamp

        public init(id: Int64, command: Command, at: Timestamp) {
            self.id = id
            self.command = command
            self.at = at
        }
    }
}
