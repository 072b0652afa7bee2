public import DecisionReplay
public import PluginKit
public import ReleaseModel
public import ReleaseStore

/// What a driver tells a release's loop.
public enum LoopInput: Sendable {
    /// The release is leased and due.
    case start
    case loaded(ReleaseRecord, PreparedPolicy)
    case claimed([EffectRecord], now: Timestamp)
    case applied([NodeReport], now: Timestamp)
    case recorded
    case read([NodeReport], now: Timestamp)
    case collected(CollectedWindow)
    case evaluated([EvaluatorAnswer])
    case committed(CommitResult, now: Timestamp)
    /// The database's state moved on in between; everything is read again.
    case conflict
}

/// What one node showed, or why it could not be asked.
public struct NodeReport: Sendable, Hashable {
    public var node: String
    /// Nil where the node did not answer at all.
    public var observed: ObservedTraffic?
    /// Why the node refused the plan or could not be reached; nil when all is well.
    public var problem: String?
    /// How the plan got there and why in this way, in the plugin's words.
    public var way: String?

    public init(node: String, observed: ObservedTraffic?, problem: String?, way: String? = nil) {
        self.node = node
        self.observed = observed
        self.problem = problem
        self.way = way
    }
}

/// The samples and log counts of one window, with what went wrong in getting them.
public struct CollectedWindow: Sendable, Hashable {
    /// Nil when the metrics plugin failed as a whole.
    public var result: CollectResult?
    public var queries: [ResolvedQuery]
    public var logs: [LogCount]
    /// Events of the policy's log sequences; nil where it has none.
    public var steps: [LogStep]?
    public var problems: [String]
    /// What the probes brought; nil where there are none or their plugin failed, which `notes` then says.
    public var probes: CollectResult?
    /// What a person should know about the collection although the window can be judged.
    public var notes: [String] = []
    /// How the metric store is doing, where the plugin says it.
    public var provider: ProviderStanding?
    /// The cursors of the further sources that answered; their samples and notes are in `result`.
    public var further: [FurtherState]

    public struct FurtherState: Sendable, Hashable {
        public var plugin: String
        public var state: JSONValue

        public init(plugin: String, state: JSONValue) {
            self.plugin = plugin
            self.state = state
        }
    }

    public init(
        result: CollectResult?, queries: [ResolvedQuery], logs: [LogCount], steps: [LogStep]? = nil, problems: [String],
        provider: ProviderStanding? = nil, further: [FurtherState] = []
    ) {
        self.further = further
        self.result = result
        self.queries = queries
        self.logs = logs
        self.steps = steps
        self.problems = problems
        self.provider = provider
    }
}

extension CollectedWindow {
    var allNotes: [String] { (result?.notes ?? []) + (probes?.notes ?? []) + notes }
}

/// What one scoring or signals plugin answered.
public struct EvaluatorAnswer: Sendable, Hashable {
    public var plugin: PluginIdentity
    /// Nil when the plugin failed; then `failure` says why.
    public var output: EvaluationOutput?
    public var failure: String?

    public init(plugin: PluginIdentity, output: EvaluationOutput?, failure: String?) {
        self.plugin = plugin
        self.output = output
        self.failure = failure
    }
}
