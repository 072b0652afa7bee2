import ReleaseModel
import Predicates

/// What one evaluation comes to: the node that decides, its action, and the observation that runs afterwards.
struct Judgement {
    var outcome: RolloutState.Outcome
    var reason: String
    var path: [NodeEvaluation]
    var held: [RolloutState.HeldSince]
    var observation: RolloutState.Observation?
    var startsObservation: Bool
}

extension RollbackTree {
    /// Walks the tree on one evaluation. The first node that holds decides, with three refinements:
    ///
    /// - A node that observes holds until its time is over; then its condition is judged on what came since. True takes the
    ///   `otherwise` action, false ends the observation (the node does not hold this time), unknown keeps observing.
    /// - An earlier node still comes first while a later one observes.
    /// - `advance` needs every condition of the tree to be known; otherwise the outcome is a hold.
    func judge(_ evaluation: RolloutEvent.Evaluation, state: RolloutState) -> Judgement {
        let drift = state.observed == nil ? nil : state.isDrifting
        var walk = self.walk(evaluation.signals, drift: drift, held: state.held, at: evaluation.windowEnd)
        var observation = state.observation
        var winner: (index: Int, action: TreeAction, isObserving: Bool)?

        for (index, node) in nodes.enumerated() {
            if let running = observation, running.node == node.name, case .observe(_, let otherwise) = node.action {
                if evaluation.windowEnd < running.until {
                    winner = (index, node.action, true)
                    break
                }
                let since = truth(ofNode: index, on: evaluation.sinceMark, drift: drift, held: state.held, at: evaluation.windowEnd)
                if since == .unknown {
                    winner = (index, node.action, true)
                    break
                }
                observation = nil
                if since == .true {
                    winner = (index, otherwise.action, false)
                    break
                }
            } else if walk.truths[index] == .true {
                winner = (index, node.action, false)
                break
            }
        }

        guard let winner else {
            return Judgement(
                outcome: .init(because: "no node holds", action: .hold, verdict: verdictOfHold(walk)),
                reason: "no node of the tree holds", path: walk.path, held: walk.held, observation: observation, startsObservation: false)
        }

        let node = nodes[winner.index]
        walk.path[winner.index].taken = true
        var judgement = Judgement(
            outcome: .init(because: node.name, action: winner.action, verdict: .inconclusive), reason: "", path: walk.path,
            held: walk.held, observation: observation, startsObservation: false)
        switch winner.action {
        case .rollback, .pause:
            judgement.outcome.verdict = .degraded
            judgement.observation = nil
        case .hold:
            judgement.outcome.verdict = verdictOfHold(walk)
        case .observe(let span, _):
            if !winner.isObserving {
                judgement.observation = .init(node: node.name, since: evaluation.windowEnd, until: evaluation.windowEnd + span)
                judgement.startsObservation = true
            }
        case .advance:
            let unknown = walk.path.filter { $0.truth == .unknown }.map(\.node)
            if unknown.isEmpty {
                judgement.outcome.verdict = .healthy
            } else {
                judgement.outcome = .init(because: "conditions unknown", action: .hold, verdict: verdictOfHold(walk))
                judgement.path[winner.index].taken = false
            }
        }
        judgement.reason = Self.explain(judgement.outcome, path: judgement.path)
        return judgement
    }

    /// A hold is an error where a signal failed, has no data where a condition is unknown, and is inconclusive otherwise.
    private func verdictOfHold(_ walk: Walk) -> Verdict {
        let failed = walk.path.contains { node in
            node.readings.contains { if case .failed = $0.reading { true } else { false } }
        }
        if failed { return .error }
        return walk.truths.contains(.unknown) ? .noData : .inconclusive
    }

    private static func explain(_ outcome: RolloutState.Outcome, path: [NodeEvaluation]) -> String {
        if let taken = path.first(where: \.taken) {
            let readings = taken.readings.map { "\($0.name) \($0.reading)" }.joined(separator: ", ")
            return readings.isEmpty ? "\(taken.node)" : "\(taken.node): \(readings)"
        }
        let unknown = path.filter { $0.truth == .unknown }.map { node in
            let missing = node.readings.filter { !$0.reading.isKnown }.map { "\($0.name) \($0.reading)" }
            return "'\(node.node)' is unknown (\(missing.joined(separator: ", ")))"
        }
        return unknown.isEmpty ? outcome.because : unknown.joined(separator: "; ")
    }
}

extension TreeAction.ObservedAction {
    var action: TreeAction {
        switch self {
        case .hold: .hold
        case .pause: .pause
        case .rollback: .rollback
        }
    }
}
