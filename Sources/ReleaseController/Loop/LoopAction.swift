public import PluginKit
public import ReleaseModel
public import ReleaseStore

/// The one thing that a release's loop wants done next. A driver does it and answers with the matching `LoopInput`.
public enum LoopAction: Sendable {
    /// Read the release. Answer: `.loaded`, or `.failed`.
    case load
    /// Claim the effects that are due. Answer: `.claimed`.
    case claimEffects
    /// Make every node of the target carry a plan. Answer: `.applied` with one report a node.
    case apply(TrafficPlan, target: Target, release: PreparedPolicy)
    /// Record how an effect ended. Answer: `.recorded`.
    case recordOutcome(effect: Int64, result: EffectResult, outcome: JSONValue)
    /// Read every node of the target. Answer: `.read` with one report a node.
    case read(service: String, target: Target)
    /// Collect the samples and log counts of a window, have the arms probed where `probes` says so, and ask the further sources. Answer:
    /// `.collected`.
    case collect(PreparedPolicy, CollectRequest, logs: LogQuery?, probes: CollectRequest?, further: [FurtherCollection])
    /// Have the scoring and signal plugins judge a window. Answer: `.evaluated` with one answer a plugin, in order.
    case evaluate([EvaluatorCall])
    /// Write everything that follows from what happened, in one transaction. Answer: `.committed`, or `.failed`.
    case commit(Commit)
    /// Nothing to do before `until` (or before something wakes the release, where it is nil).
    case rest(until: Timestamp?)
}

/// What a further source is asked for the same window.
public struct FurtherCollection: Sendable, Hashable {
    public var plugin: String
    public var request: CollectRequest
}

/// Which log counts belong to a window.
public struct LogQuery: Sendable, Hashable {
    public var service: String
    public var arms: [Arm]
    public var after: Timestamp
    public var through: Timestamp
    /// Whether the policy has log sequences, which need events in their order.
    public var sequences = false
}

/// One plugin's share of an evaluation.
public struct EvaluatorCall: Sendable, Hashable {
    public var plugin: String
    public var input: EvaluationInput
}
