import DecisionReplay
import PluginKit
public import ReleaseModel
public import ReleaseStore
import RolloutEngine

/// One visit to one release, without I/O: told what happened, it says the one thing to do next.
///
/// ```
/// start ─> load ─┬─ commands, begin, deadlines ──────────────> commit ─> load
///                ├─ an effect is due ─> claim ─> apply ─> record ─> commit ─> load
///                ├─ a window is due ──> read ─> collect ─> evaluate ─> commit ─┬─> load (the step has effects)
///                ├─ a retreat waits ──> read ─────────────> commit             └─> rest
///                └─ nothing ──────────────────────────────────────────────────────> rest
/// ```
///
/// Every commit carries the lease, the version that was loaded, and the window's end; a driver that was overtaken has its commit
/// refused. Effects happen only after the commit that asked for them. A window whose collection or evaluation failed is not
/// used up: the next one begins where the last good one ended, so that no sample is lost and none is counted twice.
public struct ReleaseLoop: Sendable {
    /// How often a retreat looks whether weight 0 has arrived.
    static let retreatReadInterval = TimeSpan.milliseconds(500)
    /// How often a release that cannot begin for want of a plugin is looked at.
    static let heldRetryInterval = TimeSpan.seconds(30)
    /// With more windows than this behind (after an outage) one long window catches up.
    static let maximumWindowsBehind = 3
    /// How much longer than the policy's interval a scrape interval may be before windows follow it.
    static let scrapeTolerance = 1.05
    /// Windows do not follow longer scrape intervals; a series that is older is stale for Prometheus too.
    static let longestPollInterval = TimeSpan.seconds(300)
    /// Wait before the second attempt of an effect; doubles up to `maximumRetryDelay`.
    static let firstRetryDelay = TimeSpan.milliseconds(500)
    static let maximumRetryDelay = TimeSpan.seconds(30)

    let lease: Lease
    var record: ReleaseRecord?
    var policy: PreparedPolicy?
    var state = RolloutState()
    var loadedState = RolloutState()
    var now = Timestamp(microseconds: 0)
    var batch = Batch()
    var window: Window?
    var effect: EffectRecord?
    var staleEffects: [EffectRecord] = []
    /// What the tree's nodes said in this visit's evaluation.
    var path: [NodeEvaluation] = []
    /// True when this visit tried an effect, so that what is pending must be read again.
    var triedEffect = false

    /// The window that is being judged.
    struct Window {
        /// Where the last used-up window ended.
        var start: Timestamp
        var end: Timestamp
        var collected: CollectedWindow?
        var inputs: [EvaluatorCall] = []
        var service = ""
        /// With the weights that were declared when it was collected.
        var arms: [Arm] = []
    }

    /// False when the last commit already said when the release is due next.
    public private(set) var needsRest = true

    public init(lease: Lease) { self.lease = lease }

    /// Takes what happened and says what to do next.
    ///
    /// - Precondition: `input` answers the action that was returned last.
    /// - Throws: `versionMismatch` where the stored state was written by a program that this one does not understand.
    public mutating func handle(_ input: LoopInput) throws(ReleaseError) -> LoopAction {
        switch input {
        case .start, .conflict:
            return .load
        case .loaded(let record, let policy):
            return try loaded(record, policy)
        case .claimed(let effects, let now):
            self.now = now
            return claimed(effects)
        case .applied(let reports, let now):
            self.now = now
            return applied(reports)
        case .recorded:
            return recorded()
        case .read(let reports, let now):
            self.now = now
            return read(reports)
        case .collected(let window):
            return collected(window)
        case .evaluated(let answers):
            return evaluated(answers)
        case .committed(let result, let now):
            self.now = now
            return committed(result)
        }
    }

    private mutating func loaded(_ record: ReleaseRecord, _ policy: PreparedPolicy) throws(ReleaseError) -> LoopAction {
        self.record = record
        self.policy = policy
        now = record.now
        batch = Batch()
        window = nil
        effect = nil
        path = []
        triedEffect = false
        needsRest = true
        do {
            state =
                try record.engineState?.decoded(as: RolloutState.self)
                ?? RolloutState(canaryArms: record.release.canaryArms.map(\.name), irreversible: record.release.irreversible)
        } catch {
            throw ReleaseError(
                .versionMismatch, "the stored state cannot be read: \(error)", place: "release \(record.release.id)",
                advice: "It was written by another version of tidegate; run that version, or a newer one.")
        }
        loadedState = state
        for queued in record.commands {
            let decisions = batch.decisions.count
            feed(.command(queued.command))
            batch.consumed.append(
                ConsumedCommand(id: queued.id, decisionIndex: batch.decisions.count > decisions ? batch.decisions.count - 1 : nil))
        }
        if state.state == .pending, record.blockedBy == nil, policy.problem == nil { feed(.begin) }
        feed(.clock)
        return batch.isEmpty ? nextWork() : commit()
    }

    /// What is due, most urgent first.
    private mutating func nextWork() -> LoopAction {
        guard let record else { preconditionFailure("a release is loaded before it is worked on") }
        if record.pendingEffects.contains(where: { $0.kind == EffectKind.setWeights && ($0.nextAttemptAt ?? now) <= now }) {
            return .claimEffects
        }
        if state.state.isFinal || state.state == .pending { return .rest(until: nextDue()) }
        window = dueWindow()
        let isWaitingForReadBack = record.pendingEffects.allSatisfy { $0.kind != EffectKind.setWeights } && !state.isApplied
        let isRetreatUnconfirmed = state.state.isRetreating && state.zeroObservedAt == nil
        if window != nil || isWaitingForReadBack || isRetreatUnconfirmed, state.stage != nil || state.state.isRetreating {
            return .read(service: record.release.service, target: record.target)
        }
        return window == nil ? .rest(until: nextDue()) : collectWindow()
    }

    /// Hands an event to the engine and gathers what follows. `details` is asked only where there is a decision to prove.
    mutating func feed(_ event: RolloutEvent, details: (ReleaseLoop) -> JSONValue? = { _ in nil }) {
        guard let policy, let record else { preconditionFailure("a release is loaded before it is worked on") }
        let before = state
        let step = policy.engine.handle(event, state, now: now)
        state = step.state
        if !step.path.isEmpty { path = step.path }
        guard !step.decisions.isEmpty || !step.effects.isEmpty else { return }
        let evidence = Evidence(
            release: record.release.id, policyDigest: record.release.policyDigest, event: event, before: before, now: now,
            signals: policy.evaluators.flatMap(\.signals), unjudged: policy.problem, details: details(self))
        batch.add(step, evidence: evidence)
    }

    private mutating func committed(_ result: CommitResult) -> LoopAction {
        let hasWork = triedEffect || batch.effects.contains { $0.kind == EffectKind.setWeights }
        batch = Batch()
        needsRest = false
        loadedState = state
        record?.version = result.version
        return hasWork ? .load : .rest(until: nextDue())
    }
}
