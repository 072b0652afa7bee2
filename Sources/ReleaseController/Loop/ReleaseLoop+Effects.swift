import PluginKit
import ReleaseModel
import ReleaseStore
import RolloutEngine

extension ReleaseLoop {
    /// Takes the newest effect; older generations were overtaken and count as done.
    mutating func claimed(_ effects: [EffectRecord]) -> LoopAction {
        guard let record, let policy else { preconditionFailure("a release is loaded before its effects are claimed") }
        let wanted = effects.filter { $0.kind == EffectKind.setWeights }
        guard let newest = wanted.max(by: { $0.generation < $1.generation }) else { return .rest(until: nextDue()) }
        staleEffects = wanted.filter { $0.id != newest.id }
        effect = newest
        triedEffect = true
        if newest.generation < state.generation {
            return .recordOutcome(effect: newest.id, result: .done, outcome: overtaken)
        }
        return .apply(plan(for: record), target: record.target, release: policy)
    }

    private var overtaken: JSONValue { ["overtakenBy": .number(Double(state.generation))] }

    /// The routing that the declared weights ask for.
    private func plan(for record: ReleaseRecord) -> TrafficPlan {
        let service = record.target.services.first { $0.name == record.release.service }
        return TrafficPlan(
            release: record.release.id, service: record.release.service, generation: state.generation, leaseTerm: lease.term,
            salt: record.release.salt, routing: record.policy.routing,
            arms: record.release.arms.map { arm in
                TrafficArm(
                    name: arm.name, revision: arm.revision, weight: state.declared[arm: arm.name],
                    servers: service?.revisions.first { $0.name == arm.revision }?.servers ?? [])
            })
    }

    mutating func applied(_ reports: [NodeReport]) -> LoopAction {
        guard let effect else { preconditionFailure("an effect was claimed before it was applied") }
        let problems = reports.compactMap { report in report.problem.map { "node \(report.node): \($0)" } }
        let observation = Self.combine(reports)
        if problems.isEmpty, let observation {
            feed(.observed(observation))
            return .recordOutcome(effect: effect.id, result: .done, outcome: ["observed": Self.json(reports)])
        }
        let reason = problems.isEmpty ? "no node answered" : problems.joined(separator: "; ")
        feed(.applyFailed(generation: effect.generation, reason: reason))
        let delay = min(Self.firstRetryDelay * Double(1 << min(max(effect.attempts - 1, 0), 16)), Self.maximumRetryDelay)
        return .recordOutcome(
            effect: effect.id, result: .retry(at: now + delay), outcome: ["problem": .string(reason), "observed": Self.json(reports)])
    }

    /// The outcome is on record; now the state may follow.
    mutating func recorded() -> LoopAction {
        if let stale = staleEffects.popLast() {
            return .recordOutcome(effect: stale.id, result: .done, outcome: overtaken)
        }
        effect = nil
        return state == loadedState && batch.isEmpty ? .load : commit()
    }

    /// The nodes taken together; nil where one did not answer.
    static func combine(_ reports: [NodeReport]) -> RolloutEvent.Observation? {
        let observed = reports.compactMap(\.observed)
        guard observed.count == reports.count, let first = observed.first else { return nil }
        let agree = observed.allSatisfy { $0.generation == first.generation && $0.weights == first.weights }
        return RolloutEvent.Observation(
            generation: agree ? first.generation : nil, weights: first.weights, draining: observed.contains(where: \.draining),
            drift: zip(reports, observed).compactMap { report, observed in observed.drift.map { "node \(report.node): \($0)" } }.first)
    }

    static func json(_ reports: [NodeReport]) -> JSONValue {
        .array(
            reports.map { report in
                var entry: [String: JSONValue] = ["node": .string(report.node)]
                entry["problem"] = report.problem.map(JSONValue.string)
                entry["way"] = report.way.map(JSONValue.string)
                if let observed = report.observed {
                    entry["generation"] = observed.generation.map { .number(Double($0)) }
                    entry["weights"] = observed.weights.json
                    entry["draining"] = .bool(observed.draining)
                    entry["drift"] = observed.drift.map(JSONValue.string)
                }
                return .object(entry)
            })
    }
}

extension EffectRecord {
    /// The generation that a `setWeights` effect brings; 0 for other kinds.
    var generation: Int64 { Int64(payload["generation"]?.number ?? 0) }
}
