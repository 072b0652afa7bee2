import ReleaseModel
import RolloutEngine

/// Compares what happened while a script ran with what it expects.
struct ScriptCheck {
    let script: Script
    let decided: [SimulatedStore.Decided]
    let history: WorldHistory
    let engine: RolloutEngine

    init(script: Script, decided: [SimulatedStore.Decided], history: WorldHistory, engine: RolloutEngine) {
        self.script = script
        self.decided = decided
        self.history = history
        self.engine = engine
    }

    /// Every expectation that does not hold.
    func failures() -> [ScriptFailure] {
        var matched = Set<Int>()
        var failures: [ScriptFailure] = []
        for expectation in script.expectations {
            guard let reason = failure(of: expectation, matched: &matched) else { continue }
            failures.append(
                ScriptFailure(
                    script: script.name, line: expectation.line, expected: expectation.text.squeezed, got: reason,
                    at: expectation.kind.time))
        }
        return failures
    }

    /// Decisions and attempts to carry weights, in the order of time, in the words of the script language.
    func moments() -> [ScriptMoment] {
        let decisions = decided.map { ScriptMoment(at: $0.decision.time - WorldTime.origin, text: Self.describe($0)) }
        let effects = history.effects.map { effect in
            let at = effect.time - WorldTime.origin
            return ScriptMoment(at: at, text: "effect at \(at) setWeight \(effect.canary) \(effect.ok ? "ok" : "unavailable")")
        }
        // A stable merge: at the same time the decision comes before its effect.
        return (decisions + effects).enumerated().sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
    }

    private func failure(of expectation: Script.Expectation, matched: inout Set<Int>) -> String? {
        switch expectation.kind {
        case .decision(let at, let pattern):
            let found = decided.indices.first { index in
                !matched.contains(index) && decided[index].decision.time == WorldTime.origin + at && pattern.matches(decided[index])
            }
            guard let found else { return nearest(to: at) }
            matched.insert(found)
            return nil
        case .effect(let at, let canary, let ok):
            let found = history.effects.contains { $0.time == WorldTime.origin + at && $0.canary == canary && $0.ok == ok }
            return found ? nil : attempts(at: at)
        case .never(let after, let limit):
            let first = history.observations.first { $0.time > WorldTime.origin + after && $0.weight > limit }
            return first.map { "at \($0.time - WorldTime.origin) the canary had \($0.weight)" }
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
                let shown = try observation(at: at)?.dataPlane.arm(of: headers, now: WorldTime.origin + at) ?? "nowhere"
                return shown == arm ? nil : "it went to \(shown)"
            } catch {
                return "\(error)"
            }
        case .noDecision(let after):
            let first = decided.first { $0.decision.time > WorldTime.origin + after }
            return first.map { "there was \(Self.describe($0))" }
        case .noOtherDecisions:
            let first = decided.indices.first { !matched.contains($0) }
            return first.map { "there was also \(Self.describe(decided[$0]))" }
        case .logVerifies:
            return DecisionAudit(engine: engine).firstFault(decided, effects: history.effects)
        }
    }

    /// What was decided instead: at that time, or else nearest to it.
    private func nearest(to at: TimeSpan) -> String {
        let then = decided.filter { $0.decision.time == WorldTime.origin + at }
        if !then.isEmpty { return then.map { Self.describe($0) }.joined(separator: "; ") }
        func distance(_ decided: SimulatedStore.Decided) -> Int64 { abs((decided.decision.time - WorldTime.origin - at).microseconds) }
        let near = decided.min { distance($0) < distance($1) }
        return near.map { "no decision then; the nearest is \(Self.describe($0))" } ?? "nothing was decided"
    }

    private func attempts(at: TimeSpan) -> String {
        let attempts = history.effects.map { "\($0.time - WorldTime.origin) setWeight \($0.canary) \($0.ok ? "ok" : "unavailable")" }
        return attempts.isEmpty ? "nothing was carried to the data plane" : "attempts at " + attempts.joined(separator: ", ")
    }

    private func observation(at span: TimeSpan) -> WorldHistory.Observation? { history.observation(at: WorldTime.origin + span) }

    private static func describe(_ decided: SimulatedStore.Decided) -> String {
        let decision = decided.decision
        let from = decision.fromWeights[arm: Arm.canary]
        let to = decision.toWeights[arm: Arm.canary]
        let verdict = decision.verdict.map { " verdict \($0.rawValue)" } ?? ""
        return
            "decision at \(decision.time - WorldTime.origin) \(decision.kind.rawValue) weight \(from) -> \(to) because \"\(decision.because)\"\(verdict)"
            + " by \(decision.actor.name) of \(decided.release)  # \(decision.from.rawValue) -> \(decision.to.rawValue): \(decision.reason)"
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

extension Script.Expectation.Kind {
    /// The time that the expectation speaks of.
    var time: TimeSpan? {
        switch self {
        case .decision(let at, _), .effect(let at, _, _), .never(let at, _), .state(let at, _, _), .weight(let at, _), .noDecision(let at),
            .request(let at, _, _):
            at
        case .noOtherDecisions, .logVerifies: nil
        }
    }
}

extension String {
    /// Without a comment's alignment: runs of spaces become one.
    fileprivate var squeezed: String { split(separator: " ").joined(separator: " ") }
}
