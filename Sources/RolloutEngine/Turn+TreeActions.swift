import ReleaseModel

/// What the tree may ask for beyond growing and holding. Each acts in every waiting state.
extension Turn {
    /// The way to weight 0; a release that cannot be taken back freezes instead.
    mutating func rollBack(_ cause: Cause, isNew: Bool) {
        guard state.irreversible != true else { return freeze(cause.insteadOf("rolling back"), isNew: isNew) }
        retreat(to: .rollingBack, cause: cause.with(.rollback))
    }

    /// Keeps the weights, stops the growth until a person resumes, and calls people. A release that is paused already stays so.
    mutating func freeze(_ cause: Cause, isNew: Bool) {
        guard state.state != .paused else {
            guard isNew else { return }
            record(.freeze, cause)
            effects.append(.notify(.freeze, because: cause.because))
            return
        }
        let before = self.before
        state.resumeTo = state.state
        state.state = .paused
        decide(.freeze, from: before, because: cause.because, reason: cause.reason, verdict: cause.verdict, path: cause.path)
        effects.append(.notify(.freeze, because: cause.because))
    }

    /// Back to the stage before, whose weight is watched anew; the node that asked for it judges only what comes there. A paused release
    /// stays paused; one that waits for an approval will be asked again.
    mutating func stepDown(_ cause: Cause, isNew: Bool, at windowEnd: Timestamp) {
        guard state.irreversible != true else { return freeze(cause.insteadOf("stepping down"), isNew: isNew) }
        let steps = (state.stepDowns ?? 0) + 1
        guard let stage = state.stage, stage > 0, steps <= RolloutEngine.maximumStepDowns else {
            let why = steps > RolloutEngine.maximumStepDowns ? "it was stepped down \(steps - 1) times" : "there is no stage below"
            var cause = cause
            cause.reason += " (\(why), so it is rolled back)"
            return rollBack(cause, isNew: isNew)
        }
        let before = self.before
        let lower = policy.stages[stage - 1]
        state.stepDowns = steps
        state.stage = stage - 1
        state.approval = nil
        if state.state == .paused {
            state.resumeTo = .progressing
        } else {
            state.state = .progressing
            state.resumeTo = nil
        }
        declare(canary: lower.weight)
        resetStageClock()
        let observes = tree.nodes.contains { $0.name == cause.because && $0.action?.actionAfterObservation != nil }
        state.observation = observes ? .init(node: cause.because, since: windowEnd, until: windowEnd + lower.duration) : nil
        decide(.stepDown, from: before, because: cause.because, reason: cause.reason, verdict: cause.verdict, path: cause.path)
        effects.append(.notify(.stepDown, because: cause.because))
    }

    /// Waits for a person: approved, the release goes one step on, rejected, it goes to weight 0. Where it stands still already, the
    /// question is only on record.
    mutating func ask(_ cause: Cause, _ approval: Approval?, isNew: Bool) {
        guard state.state == .progressing || state.state == .baking else {
            guard isNew else { return }
            record(.hold, cause)
            effects.append(.notify(.hold, because: cause.because))
            return
        }
        // Of several arms none becomes stable by itself, so there is no step on that a person could approve.
        if isAtLastStageOfExperiment { return pause(by: cause) }
        let next = state.state == .baking ? policy.stages.count + 1 : (state.stage ?? 0) + 1
        let gate = policy.stages.indices.contains(next) ? policy.stages[next].approval : nil
        ask(
            stage: next, role: approval?.role ?? gate?.role ?? Self.askRole, expires: approval?.expires ?? gate?.expires ?? Self.askExpires,
            why: cause.reason, cause: cause)
    }

    /// Whom a question is for that names nobody.
    static let askRole = "approver"
}

extension Turn.Cause {
    /// The same cause of a freeze, which says that the release cannot be taken back.
    fileprivate func insteadOf(_ action: String) -> Self {
        var copy = self
        copy.reason += " (the release is irreversible: it is frozen instead of \(action))"
        return copy
    }
}
