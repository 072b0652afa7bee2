public import ReleaseModel

/// `evaluate`: turn the samples and log counts of one window into signals, for several releases at once.
public struct EvaluateRequest: Sendable, Hashable, Codable {
    public var inputs: [EvaluationInput]

    public init(inputs: [EvaluationInput]) { self.inputs = inputs }
}

/// Everything that an evaluation may depend on; the plugin keeps nothing between calls.
public struct EvaluationInput: Sendable, Hashable, Codable {
    public var release: ReleaseID
    public var service: String
    public var configuration: JSONValue
    /// What the previous call returned for this release; nil at the first.
    public var state: JSONValue?
    public var arms: [Arm]
    public var samples: [Sample]
    public var logs: [LogCount]
    /// The events that the policy's log sequences wait for, in the order of time; nil where the policy has none.
    public var steps: [LogStep]?
    /// Why samples or logs of this window are missing or incomplete.
    public var problems: [String]
    public var windowStart: Timestamp
    public var windowEnd: Timestamp
    /// New instances are left out of latency, GC and memory for this long after their process started.
    public var warmUp: TimeSpan
    /// Set while the tree observes: `sinceMark` in the output must judge only windows that end after it.
    public var mark: Timestamp?
    /// True after 100%: no new stable samples are expected.
    public var baking: Bool

    public init(
        release: ReleaseID, service: String, configuration: JSONValue, state: JSONValue?, arms: [Arm], samples: [Sample], logs: [LogCount],
        steps: [LogStep]? = nil, problems: [String], windowStart: Timestamp, windowEnd: Timestamp, warmUp: TimeSpan, mark: Timestamp?,
        baking: Bool
    ) {
        self.release = release
        self.service = service
        self.configuration = configuration
        self.state = state
        self.arms = arms
        self.samples = samples
        self.logs = logs
        self.steps = steps
        self.problems = problems
        self.windowStart = windowStart
        self.windowEnd = windowEnd
        self.warmUp = warmUp
        self.mark = mark
        self.baking = baking
    }
}

public struct EvaluateResponse: Sendable, Hashable, Codable {
    /// One for each input, in the same order.
    public var outputs: [EvaluationOutput]

    public init(outputs: [EvaluationOutput]) { self.outputs = outputs }
}

public struct EvaluationOutput: Sendable, Hashable, Codable {
    public var release: ReleaseID
    /// Every signal of the descriptor, once; for one with `each`, those that the configuration names.
    public var signals: [Signal]
    /// The same signals judged only on what came since `mark`; empty without a mark.
    public var sinceMark: [Signal]
    /// At most 1 MiB when coded.
    public var state: JSONValue

    public init(release: ReleaseID, signals: [Signal], sinceMark: [Signal] = [], state: JSONValue) {
        self.release = release
        self.signals = signals
        self.sinceMark = sinceMark
        self.state = state
    }
}
