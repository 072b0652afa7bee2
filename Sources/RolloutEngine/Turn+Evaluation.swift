import ReleaseModel

extension Turn {
    /// A window was judged: count it, walk the tree, and act on what it says.
    mutating func evaluated(_ evaluation: RolloutEvent.Evaluation) {
        if state.state.isFinal || state.state == .pending { return }
        if state.state.isRetreating {
            confirmRetreat(evaluation)
            return
        }
        let histories = tree.recorded(evaluation.signals, in: state.histories, at: evaluation.windowEnd)
        let judgement = tree.judge(evaluation, state: state, histories: histories ?? [])
        path = judgement.path
        state.histories = histories
        state.held = judgement.held
        state.observation = judgement.observation
        state.holdClock = judgement.holdClock
        count(evaluation, judgement.outcome.verdict)
        state.evaluatedThrough = evaluation.windowEnd

        let previous = state.lastOutcome
        state.lastOutcome = judgement.outcome
        let cause = Cause(
            kind: .advance, because: judgement.outcome.because, reason: judgement.reason, verdict: judgement.outcome.verdict,
            path: judgement.path)
        act(on: judgement, cause, previous, at: evaluation.windowEnd)
        followVerdict(evaluation, cause)
    }

    private mutating func act(on judgement: Judgement, _ cause: Cause, _ previous: RolloutState.Outcome?, at windowEnd: Timestamp) {
        let isNew = previous?.action.restriction != judgement.outcome.action.restriction || previous?.because != cause.because
        switch judgement.outcome.action {
        case .rollback: rollBack(cause, isNew: isNew)
        case .stepDown:
            if judgement.isWaiting { extendOrGiveUp(cause) } else { stepDown(cause, isNew: isNew, at: windowEnd) }
        case .freeze: freeze(cause, isNew: isNew)
        case .pause: pause(by: cause)
        case .ask(let approval): ask(cause, approval, isNew: isNew)
        case .observe:
            if judgement.startsObservation {
                record(.observe, cause)
                effects.append(.notify(.observe, because: cause.because))
            }
            extendOrGiveUp(cause)
        case .hold, .holdFor:
            if isNew || previous?.verdict != cause.verdict {
                record(judgement.outcome.verdict == .error ? .error : .hold, cause)
                effects.append(.notify(.hold, because: cause.because))
            }
            extendOrGiveUp(cause)
        case .advance:
            if let previous, previous.action != .advance { record(.clear, cause) }
            grow(cause)
        }
    }

    /// A decision that changes neither the state nor the weights.
    mutating func record(_ kind: Decision.Kind, _ cause: Cause) {
        decide(
            kind, from: before, because: cause.because, reason: cause.reason, verdict: cause.verdict, path: cause.path)
    }

    /// Time and samples count from the moment when the stage's weight was read back, and only in states that grow.
    private mutating func count(_ evaluation: RolloutEvent.Evaluation, _ verdict: Verdict) {
        for signal in evaluation.signals where signal.name == "samples" {
            if case .number(let value) = signal.reading { state.samples = value }
        }
        guard state.isCarried, let entered = state.stageEnteredAt, evaluation.windowEnd > entered else { return }
        if state.samplesAtStage == nil { state.samplesAtStage = state.samples }
        guard state.state == .progressing || state.state == .baking else { return }
        let start = max(evaluation.windowStart, state.evaluatedThrough ?? entered, entered)
        let more = max(.zero, evaluation.windowEnd - start)
        if extends(verdict) {
            state.stageExtended = (state.stageExtended ?? .zero) + more
        } else {
            state.stageWatched = state.stageWatched + more
        }
    }

    mutating func pause(by cause: Cause) {
        guard state.state != .paused else { return }
        let before = self.before
        state.resumeTo = state.state
        state.state = .paused
        decide(.pause, from: before, because: cause.because, reason: cause.reason, verdict: cause.verdict, path: cause.path)
        effects.append(.notify(.pause, because: cause.because))
    }

    /// The tree says advance: take the next step when this one is complete.
    private mutating func grow(_ cause: Cause) {
        guard state.isCarried else { return }
        switch state.state {
        case .progressing:
            guard let index = state.stage, policy.stages.indices.contains(index) else { return }
            if isAtLastStageOfExperiment { return }
            let stage = policy.stages[index]
            if state.stageWatched >= stage.duration, stageSamples >= Double(stage.samples) {
                enter(stage: index + 1, cause: cause, approved: false)
            } else {
                extendOrGiveUp(cause)
            }
        case .baking where state.stageWatched >= policy.bake:
            complete(cause)
        default: return
        }
    }

    /// How many canary requests the stage has seen; 0 while that is unknown.
    var stageSamples: Double {
        guard let samples = state.samples, let start = state.samplesAtStage else { return 0 }
        return max(0, samples - start)
    }

    /// Even the longest stay has not brought enough samples: do what the stage says.
    private mutating func extendOrGiveUp(_ cause: Cause) {
        guard state.state == .progressing, state.isCarried, let index = state.stage, policy.stages.indices.contains(index),
            !isAtLastStageOfExperiment
        else { return }
        let stage = policy.stages[index]
        let stay = state.stageWatched + (state.stageExtended ?? .zero)
        guard stageSamples < Double(stage.samples) || state.stageWatched < stage.duration, stay >= stage.duration * max(1, stage.extend)
        else { return }
        let why =
            stageSamples < Double(stage.samples)
            ? "only \(Int(stageSamples)) of \(stage.samples) canary requests in \(stay)"
            : "only \(state.stageWatched) of \(stay) said anything, and the stage is \(stage.duration) long"
        var cause = cause
        cause.because = "too few samples"
        cause.reason = why
        switch stage.then {
        case .ask:
            let approval = policy.stages.indices.contains(index + 1) ? policy.stages[index + 1].approval : nil
            ask(
                stage: index + 1, role: approval?.role ?? "operator", expires: approval?.expires ?? Self.askExpires, why: why, cause: cause)
        case .hold: return
        case .rollback: rollBack(cause, isNew: true)
        }
    }
}

extension Turn.Cause {
    func with(_ kind: Decision.Kind) -> Self {
        var copy = self
        copy.kind = kind
        return copy
    }
}
