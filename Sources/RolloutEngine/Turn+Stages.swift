import ReleaseModel

extension Turn {
    /// Why a stage is entered, for the decision.
    struct Cause {
        var kind: Decision.Kind
        var because: String
        var reason: String
        var actor: Actor = .controller
        var verdict: Verdict?
        var path: [NodeEvaluation] = []
    }

    mutating func begin() {
        guard state.state == .pending else { return }
        state.beganAt = now
        enter(
            stage: 0, cause: Cause(kind: .start, because: "start", reason: "the release begins"), approved: false)
    }

    /// Enters a stage, or full weight when `stage` is past the last, or asks first where a person must approve.
    mutating func enter(stage: Int, cause: Cause, approved: Bool) {
        if !approved, let approval = requiredApproval(from: stage) {
            ask(
                stage: stage, role: approval.role, expires: approval.expires,
                why: "stage \(stage + 1) needs the approval of role '\(approval.role)'", cause: cause)
            return
        }
        let before = self.before
        state.approval = nil
        state.resumeTo = nil
        state.stage = min(stage, policy.stages.count)
        let isFull = stage >= policy.stages.count
        let weight = isFull ? .full : policy.stages[stage].weight
        state.state = isFull ? .baking : .progressing
        if weight != state.canaryWeight || before.state == .pending { declare(canary: weight) }
        resetStageClock()
        decide(
            isFull ? .bake : cause.kind, from: before, because: cause.because, reason: cause.reason, actor: cause.actor,
            verdict: cause.verdict, path: cause.path)
        effects.append(.notify(isFull ? .bake : cause.kind, because: cause.because))
    }

    /// The approval that stands before `stage`.
    private func requiredApproval(from stage: Int) -> Approval? {
        stage < policy.stages.count ? policy.stages[stage].approval : nil
    }

    /// Waits for a person before `stage` is entered.
    mutating func ask(stage: Int, role: String, expires: TimeSpan, why: String, cause: Cause) {
        let before = self.before
        state.state = .awaitingApproval
        state.resumeTo = nil
        state.approval = .init(stage: stage, role: role, why: why, expiresAt: now + expires)
        decide(.ask, from: before, because: cause.because, reason: why, actor: cause.actor, verdict: cause.verdict, path: cause.path)
        effects.append(.notify(.ask, because: why))
    }

    /// The end of the bake: the new revision becomes the stable one.
    mutating func complete(_ cause: Cause) {
        let before = self.before
        state.state = .promoted
        decide(
            .complete, from: before, because: cause.because, reason: cause.reason, actor: cause.actor, verdict: cause.verdict,
            path: cause.path)
        effects.append(.makeStable)
        effects.append(.notify(.complete, because: cause.because))
    }

    /// Takes the way to weight 0, whatever else is under way.
    mutating func retreat(to target: ReleaseState, cause: Cause) {
        precondition(target.isRetreating, "a retreat ends in weight 0")
        let before = self.before
        state.state = target
        state.resumeTo = nil
        state.approval = nil
        state.observation = nil
        state.zeroObservedAt = nil
        state.unconfirmedWindows = 0
        declare(canary: .zero)
        decide(
            cause.kind, from: before, because: cause.because, reason: cause.reason, actor: cause.actor, verdict: cause.verdict,
            path: cause.path)
        effects.append(.notify(cause.kind, because: cause.because))
    }

    /// Deadlines that pass by themselves.
    mutating func passDeadlines() {
        guard state.state == .awaitingApproval, let approval = state.approval, now >= approval.expiresAt else { return }
        let before = self.before
        state.state = .paused
        state.resumeTo = .awaitingApproval
        decide(.pause, from: before, because: "approval expired", reason: "nobody answered in time: \(approval.why)")
        effects.append(.notify(.pause, because: "approval expired"))
    }
}
