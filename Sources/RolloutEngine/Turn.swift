import Predicates
import ReleaseModel

/// One event being handled: the state as it changes, and what has been decided so far.
struct Turn {
    let policy: Policy
    let tree: RollbackTree
    let now: Timestamp
    var state: RolloutState
    var decisions: [Decision] = []
    var effects: [RolloutEffect] = []
    var path: [NodeEvaluation] = []

    init(policy: Policy, tree: RollbackTree, state: RolloutState, now: Timestamp) {
        self.policy = policy
        self.tree = tree
        self.state = state
        self.now = now
    }

    /// The place and weights before a change, for the decision that records it.
    struct Before {
        let state: ReleaseState
        let weights: [ArmWeight]
    }

    var before: Before { Before(state: state.state, weights: state.declared) }

    /// Records what was decided; call it after the state has changed.
    mutating func decide(
        _ kind: Decision.Kind, from before: Before, because: String, reason: String, actor: Actor = .controller, verdict: Verdict? = nil,
        path: [NodeEvaluation] = []
    ) {
        precondition(
            before.state == state.state || TransitionTable.allows(before.state, to: state.state),
            "\(before.state) -> \(state.state) is not a legal transition")
        decisions.append(
            Decision(
                kind: kind, from: before.state, to: state.state, fromWeights: before.weights, toWeights: state.declared,
                stage: state.stage, because: because, verdict: verdict, actor: actor, reason: reason, time: now, path: path))
    }

    /// Declares another canary weight, divided among the canary arms, under a new generation. The nodes follow later; until they do,
    /// nothing counts.
    mutating func declare(canary weight: Weight) {
        state.generation += 1
        state.declared = [ArmWeight(arm: Arm.stable, weight: weight.complement)] + ArmShare.divide(weight, among: policy.routing.arms)
        state.isApplied = false
        state.isDrifting = false
        state.applyFailureRecorded = false
        effects.append(.setWeights(generation: state.generation, weights: state.declared))
    }

    mutating func resetStageClock() {
        state.stageEnteredAt = state.isCarried ? now : nil
        state.stageWatched = .zero
        state.stageExtended = nil
        state.samplesAtStage = nil
        state.holdClock = nil
    }
}
