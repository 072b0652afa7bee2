import DecisionReplay
import ReleaseModel
import RolloutEngine

/// Checks decisions as an auditor would: each follows from its evidence, they form one chain, and nothing was carried without one.
struct DecisionAudit {
    let engine: RolloutEngine

    /// What does not hold, nil when all does.
    func firstFault(_ decided: [SimulatedStore.Decided], effects: [WorldHistory.Effect]) -> String? {
        var states: [ReleaseID: ReleaseState] = [:]
        var weights: [ReleaseID: [ArmWeight]] = [:]
        for item in decided {
            let decision = item.decision
            let name = "the \(decision.kind.rawValue) at \(decision.time - WorldTime.origin)"
            if let before = states[item.release], before != decision.from {
                return "\(name) begins in \(decision.from.rawValue), and the one before ended in \(before.rawValue)"
            }
            if let before = weights[item.release], before != decision.fromWeights {
                return "\(name) begins at \(decision.fromWeights.canary), and the one before ended at \(before.canary)"
            }
            states[item.release] = decision.to
            weights[item.release] = decision.toWeights
            if let fault = replayFault(of: item) { return "\(name) \(fault)" }
        }
        for effect in effects {
            let isAsked = decided.contains { $0.decision.time <= effect.time && $0.decision.toWeights.canary == effect.canary }
            if !isAsked { return "weight \(effect.canary) at \(effect.time - WorldTime.origin) was carried without a decision" }
        }
        return nil
    }

    /// The engine is given the recorded event on the recorded state again; it must decide the same.
    private func replayFault(of item: SimulatedStore.Decided) -> String? {
        guard let bytes = item.evidence else { return "has no evidence" }
        do {
            let evidence = try Evidence(try JSONValue(parsing: bytes))
            let step = engine.handle(evidence.event, evidence.before, now: evidence.now)
            return step.decisions.contains(item.decision) ? nil : "does not follow from its evidence"
        } catch {
            return "has evidence that cannot be read: \(error)"
        }
    }
}
