import ReleaseModel

/// What happened while a script ran, for the check at its end.
struct ScriptHistory {
    struct Effect {
        var time: Timestamp
        var canary: Weight
        var ok: Bool
    }

    struct Observation {
        var time: Timestamp
        var dataPlane: SimulatedDataPlane
        var states: [(release: ReleaseID, state: ReleaseState)]
        var weight: Weight { dataPlane.canaryWeight }
    }

    var effects: [Effect] = []
    private var observations: [Observation] = []

    mutating func observe(_ dataPlane: SimulatedDataPlane, states: [(ReleaseID, ReleaseState)], at time: Timestamp) {
        if observations.last?.time == time { observations.removeLast() }
        observations.append(Observation(time: time, dataPlane: dataPlane, states: states))
    }

    /// - Throws: `ScriptError` for the first expectation that does not hold.
    func check(_ script: Script, decided: [SimulatedStore.Decided]) throws(ScriptError) {
        guard !script.expectations.isEmpty else {
            throw ScriptError(script: script.name, line: 0, reason: "a script that expects nothing cannot fail")
        }
        var matched = Set<Int>()
        for expectation in script.expectations {
            guard let reason = failure(of: expectation, decided: decided, matched: &matched) else { continue }
            let listing = decided.map { Self.describe($0) }.joined(separator: "\n    ")
            let attempts = effects.map { "\($0.time - ScriptRunner.origin) setWeight \($0.canary) \($0.ok ? "ok" : "unavailable")" }
            throw ScriptError(
                script: script.name, line: expectation.line,
                reason: "\(expectation.text.trimmed)\n  \(reason)\n  decided:\n    \(listing)\n  effects:\n    "
                    + attempts.joined(separator: "\n    "))
        }
    }

    private func failure(of expectation: Script.Expectation, decided: [SimulatedStore.Decided], matched: inout Set<Int>) -> String? {
        switch expectation.kind {
        case .decision(let at, let pattern):
            let found = decided.indices.first { index in
                !matched.contains(index) && decided[index].decision.time == ScriptRunner.origin + at && pattern.matches(decided[index])
            }
            guard let found else { return "no such decision" }
            matched.insert(found)
            return nil
        case .effect(let at, let canary, let ok):
            let found = effects.contains { $0.time == ScriptRunner.origin + at && $0.canary == canary && $0.ok == ok }
            return found ? nil : "no such effect"
        case .never(let after, let limit):
            let first = observations.first { $0.time > ScriptRunner.origin + after && $0.weight > limit }
            return first.map { "at \($0.time - ScriptRunner.origin) the canary had \($0.weight)" }
        case .state(let at, let state, let release):
            guard let states = observation(at: at)?.states,
                let shown = release == nil ? states.last : states.first(where: { $0.release == release })
            else { return "no such release then" }
            return shown.state == state ? nil : "the state was \(shown.state.rawValue)"
        case .weight(let at, let weight):
            let shown = observation(at: at)?.weight ?? .zero
            return shown == weight ? nil : "the canary had \(shown)"
        case .request(let at, let headers, let arm):
            do {
                let shown = try observation(at: at)?.dataPlane.arm(of: headers, now: ScriptRunner.origin + at) ?? "nowhere"
                return shown == arm ? nil : "it went to \(shown)"
            } catch {
                return "\(error)"
            }
        case .noDecision(let after):
            let first = decided.first { $0.decision.time > ScriptRunner.origin + after }
            return first.map { "there was \(Self.describe($0))" }
        case .noOtherDecisions:
            let first = decided.indices.first { !matched.contains($0) }
            return first.map { "there was also \(Self.describe(decided[$0]))" }
        }
    }

    private func observation(at span: TimeSpan) -> Observation? { observations.last { $0.time <= ScriptRunner.origin + span } }

    private static func describe(_ decided: SimulatedStore.Decided) -> String {
        let decision = decided.decision
        let from = decision.fromWeights[arm: Arm.canary]
        let to = decision.toWeights[arm: Arm.canary]
        let verdict = decision.verdict.map { " verdict \($0.rawValue)" } ?? ""
        return
            "\(decision.time - ScriptRunner.origin) \(decision.kind.rawValue) weight \(from) -> \(to) because \"\(decision.because)\"\(verdict)"
            + " by \(decision.actor.name) of \(decided.release) (\(decision.from.rawValue) -> \(decision.to.rawValue): \(decision.reason))"
    }
}

extension Script.DecisionPattern {
    func matches(_ decided: SimulatedStore.Decided) -> Bool {
        let decision = decided.decision
        return decision.kind == kind && (release == nil || release == decided.release)
            && (fromWeight == nil || decision.fromWeights[arm: Arm.canary] == fromWeight)
            && (toWeight == nil || decision.toWeights[arm: Arm.canary] == toWeight)
            && (because == nil || decision.because == because) && (verdict == nil || decision.verdict == verdict)
            && (actor == nil || decision.actor.name == actor)
    }
}

extension String {
    fileprivate var trimmed: String { split(separator: " ").joined(separator: " ") }
}
