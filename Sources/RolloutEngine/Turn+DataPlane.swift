import ReleaseModel

extension Turn {
    /// The nodes were read. What they run is either what was declared, or still on its way there, or drift.
    mutating func observed(_ observation: RolloutEvent.Observation) {
        if state.state == .pending { return }
        state.observed = observation.weights
        state.isReadable = true
        let matches =
            observation.generation == state.generation && observation.weights.equals(state.declared) && observation.drift == nil
        if matches {
            carried(observation)
        } else if state.isApplied {
            drifted(observation)
        }
    }

    /// Nothing grows while the data plane cannot be read; the first failure is a decision.
    mutating func unreadable(_ reason: String) {
        guard state.isReadable, state.state != .pending, !state.state.isFinal else { return }
        state.isReadable = false
        decide(.error, from: before, because: "data plane unreadable", reason: reason, verdict: .error)
        effects.append(.notify(.error, because: "data plane unreadable"))
    }

    private mutating func carried(_ observation: RolloutEvent.Observation) {
        state.isApplied = true
        state.isDrifting = false
        if state.stageEnteredAt == nil { state.stageEnteredAt = now }
        if state.state.isRetreating, !observation.draining, state.zeroObservedAt == nil { state.zeroObservedAt = now }
    }

    /// Somebody else changed the data plane. It is put back under a new generation, and the change is on record.
    private mutating func drifted(_ observation: RolloutEvent.Observation) {
        let shown = observation.generation.map { "generation \($0)" } ?? "no single generation"
        let weights = observation.weights.map { "\($0.arm) \($0.weight)" }.joined(separator: ", ")
        let reason =
            observation.drift
            ?? "the data plane shows \(shown) with \(weights.isEmpty ? "no weights" : weights) instead of generation \(state.generation)"
        let before = self.before
        declare(canary: state.canaryWeight)
        state.isDrifting = true
        state.zeroObservedAt = nil
        decide(.drift, from: before, because: "drift", reason: reason)
        effects.append(.notify(.drift, because: reason))
    }

    /// An attempt to apply failed; the first one for a generation is a decision, the repetitions are the outbox's business.
    mutating func applyFailed(generation: Int64, reason: String) {
        guard generation == state.generation, !state.applyFailureRecorded, !state.state.isFinal else { return }
        state.applyFailureRecorded = true
        decide(.error, from: before, because: "data plane", reason: reason, verdict: .error)
        effects.append(.notify(.error, because: "data plane"))
    }

    /// Weight 0 is read back; the retreat ends when the canary's own counter has stopped as well. Requests that do not come
    /// through this data plane (health checks, other callers) may keep it moving, so the wait is bounded and its end says so.
    mutating func confirmRetreat(_ evaluation: RolloutEvent.Evaluation) {
        guard let zeroAt = state.zeroObservedAt, state.isCarried, evaluation.windowStart >= zeroAt else { return }
        if evaluation.canaryRequests == 0 {
            endRetreat("weight 0 was read back and the canary's own request counter has stopped")
            return
        }
        state.unconfirmedWindows += 1
        guard state.unconfirmedWindows >= RolloutEngine.confirmationWindows else { return }
        if let requests = evaluation.canaryRequests {
            endRetreat(
                "weight 0 was read back; the canary still counts \(Int(requests)) requests a window that do not come through this data plane"
            )
        } else {
            endRetreat("weight 0 was read back; the canary's own request counter could not be read")
        }
    }

    private mutating func endRetreat(_ reason: String) {
        let before = self.before
        switch state.state {
        case .rollingBack: state.state = .rolledBack
        case .aborting: state.state = .aborted
        case .superseding: state.state = .superseded
        default: preconditionFailure("only a retreat is confirmed")
        }
        decide(.confirm, from: before, because: "weight 0 read back", reason: reason)
        effects.append(.notify(.confirm, because: "weight 0 read back"))
    }
}

extension [ArmWeight] {
    /// True when both give every arm the same weight; an arm that is not listed has none.
    func equals(_ other: [ArmWeight]) -> Bool {
        allSatisfy { other[arm: $0.arm] == $0.weight } && other.allSatisfy { self[arm: $0.arm] == $0.weight }
    }
}
