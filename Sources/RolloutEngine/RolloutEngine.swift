public import Predicates
public import ReleaseModel

/// The meaning of a release: given an event and the time, what follows. It does nothing itself, and the same inputs always give
/// the same step.
///
/// ```
/// pending ──> progressing <─> baking ──> promoted
///    │         ↕  paused, awaitingApproval     │
///    │         └──────────┬────────────────────┘
///    │                    ├─ the tree ──> rollingBack ─> rolledBack
///    │                    ├─ a person ──> aborting ────> aborted
///    └─ a newer release ──┴─────────────> superseding ─> superseded
/// ```
///
/// A stage begins to count when its weight was read back from every node. Weights and states change only together with a
/// decision. A breach found by the tree acts in every state that is not already on its way to weight 0.
public struct RolloutEngine: Sendable {
    public let policy: Policy
    let tree: RollbackTree

    /// How many windows a retreat waits for the canary's own request counter to stop before it ends without that confirmation.
    static let confirmationWindows = 5
    /// How often a release may be stepped down; one that would be again is rolled back.
    static let maximumStepDowns = 5

    /// - Parameter signals: what the policy's plugins report, from their descriptors.
    /// - Throws: `ExpressionError` where a condition of the tree does not fit the signals.
    public init(policy: Policy, signals: [SignalDescriptor]) throws(ExpressionError) {
        self.policy = policy
        let sequences = SignalDescriptor.sequences(of: policy.logs).filter { sequence in !signals.contains { $0.name == sequence.name } }
        tree = try RollbackTree(policy.tree, signals: signals + sequences)
    }

    /// An engine that follows people's commands and the data plane, judges nothing and lets nothing grow: for a release whose policy cannot be
    /// run, because a plugin that it needs is gone.
    public static func holding(_ policy: Policy) -> RolloutEngine {
        var held = policy
        held.tree = [TreeNode(name: "cannot be judged", condition: nil, action: .hold)]
        held.logs = nil
        guard let engine = try? RolloutEngine(policy: held, signals: []) else {
            preconditionFailure("a tree without conditions has nothing that could be refused")
        }
        return engine
    }

    /// What follows from `event` at `now`.
    public func handle(_ event: RolloutEvent, _ state: RolloutState, now: Timestamp) -> Step {
        var turn = Turn(policy: policy, tree: tree, state: state, now: now)
        switch event {
        case .begin: turn.begin()
        case .evaluated(let evaluation): turn.evaluated(evaluation)
        case .command(let command): turn.command(command)
        case .observed(let observation): turn.observed(observation)
        case .unreadable(let reason): turn.unreadable(reason)
        case .applyFailed(let generation, let reason): turn.applyFailed(generation: generation, reason: reason)
        case .clock: break
        }
        turn.passDeadlines()
        return Step(state: turn.state, decisions: turn.decisions, effects: turn.effects, path: turn.path)
    }
}
