import ReleaseModel

extension Turn {
    /// Whether windows with this verdict make the stage longer.
    func extends(_ verdict: Verdict) -> Bool { policy.verdicts?[verdict]?.action == .extend }

    /// Follows how long the windows have had one unclear verdict, and asks a person when it is too long.
    ///
    /// A policy that says nothing about verdicts holds, and its state stays as it was before there were such policies.
    mutating func followVerdict(_ evaluation: RolloutEvent.Evaluation, _ cause: Cause) {
        guard let verdict = state.lastOutcome?.verdict, let rule = policy.verdicts?[verdict],
            state.state == .progressing || state.state == .baking
        else {
            state.unclear = nil
            return
        }
        let since = state.unclear?.verdict == verdict ? state.unclear?.since ?? evaluation.windowStart : evaluation.windowStart
        state.unclear = .init(verdict: verdict, since: since)
        guard rule.action == .ask, evaluation.windowEnd - since >= rule.after, !isAtLastStageOfExperiment else { return }
        state.unclear = nil
        var cause = cause
        cause.because = "verdict \(verdict.rawValue)"
        cause.reason = "\(verdict.rawValue) for \(evaluation.windowEnd - since): \(cause.reason)"
        guard state.state == .progressing, let stage = state.stage else {
            pause(by: cause)
            return
        }
        let approval = policy.stages.indices.contains(stage + 1) ? policy.stages[stage + 1].approval : nil
        ask(
            stage: stage + 1, role: approval?.role ?? "operator", expires: approval?.expires ?? Self.askExpires, why: cause.reason,
            cause: cause)
    }
}
