import ReleaseModel
import Predicates

/// What one evaluation comes to: the node that decides, its action, and what runs on afterwards.
struct Judgement {
    var outcome: RolloutState.Outcome
    var reason: String
    var path: [NodeEvaluation]
    var held: [RolloutState.HeldSince]
    var observation: RolloutState.Observation?
    var startsObservation: Bool
    /// True while a node waits for what comes after it has acted: an observation, or the time after a step down.
    var isWaiting = false
    var holdClock: RolloutState.HoldClock?
}

extension RollbackTree {
    /// The node that decides.
    private struct Winner {
        var index: Int
        var action: TreeAction
        var isWaiting: Bool
    }

    /// Walks the tree on one evaluation. The first node that holds decides, with these refinements:
    ///
    /// - A node that observes holds until its time is over; then its condition is judged on what came since. True takes the
    ///   `otherwise` action, false ends the observation (the node does not hold this time), unknown keeps observing. A node that has
    ///   stepped down observes likewise, and steps down again.
    /// - An earlier node still comes first while a later one observes.
    /// - A node that holds for a time takes its second action when it has decided for that long.
    /// - `advance` needs every condition of the tree to be known; otherwise the outcome is a hold.
    func judge(_ evaluation: RolloutEvent.Evaluation, state: RolloutState, histories: [SignalHistory]) -> Judgement {
        let drift = state.observed == nil ? nil : state.isDrifting
        let memory = Memory(held: state.held, histories: histories)
        let walk = self.walk(evaluation.signals, drift: drift, memory: memory, at: evaluation.windowEnd)
        var observation = state.observation
        var winner: Winner?

        for (index, node) in nodes.enumerated() {
            guard let action = node.action else { continue }
            if let running = observation, running.node == node.name, let again = action.actionAfterObservation {
                if evaluation.windowEnd < running.until {
                    winner = Winner(index: index, action: action, isWaiting: true)
                    break
                }
                let since = truth(ofNode: index, on: evaluation.sinceMark, drift: drift, memory: memory, at: evaluation.windowEnd)
                if since == .unknown {
                    winner = Winner(index: index, action: action, isWaiting: true)
                    break
                }
                observation = nil
                if since == .true {
                    winner = Winner(index: index, action: again, isWaiting: false)
                    break
                }
            } else if walk.truths[index] == .true {
                winner = Winner(index: index, action: action, isWaiting: false)
                break
            }
        }

        guard let winner else {
            return Judgement(
                outcome: .init(because: "no node holds", action: .hold, verdict: verdictOfHold(walk)),
                reason: "no node of the tree holds", path: walk.path, held: walk.held, observation: observation, startsObservation: false)
        }
        return judgement(winner, walk, observation: observation, evaluation, state)
    }

    private func judgement(
        _ winner: Winner, _ walk: Walk, observation: RolloutState.Observation?, _ evaluation: RolloutEvent.Evaluation, _ state: RolloutState
    ) -> Judgement {
        let node = nodes[winner.index]
        var judgement = Judgement(
            outcome: .init(because: node.name, action: winner.action, verdict: .inconclusive), reason: "", path: walk.path,
            held: walk.held, observation: observation, startsObservation: false, isWaiting: winner.isWaiting)
        judgement.path[winner.index].taken = true
        if case .holdFor(let span, let otherwise) = winner.action {
            let clock = holdClock(of: node.name, evaluation, state)
            judgement.holdClock = clock
            if clock.waited >= span { judgement.outcome.action = otherwise.action }
        }
        switch judgement.outcome.action {
        case .rollback, .pause, .freeze:
            judgement.outcome.verdict = .degraded
            judgement.observation = nil
        case .stepDown:
            judgement.outcome.verdict = .degraded
            if !winner.isWaiting { judgement.observation = nil }
        case .hold, .holdFor, .ask:
            judgement.outcome.verdict = verdictOfHold(walk)
        case .observe(let span, _):
            if !winner.isWaiting {
                judgement.observation = .init(node: node.name, since: evaluation.windowEnd, until: evaluation.windowEnd + span)
                judgement.startsObservation = true
            }
        case .advance:
            if unknownNodes(walk).isEmpty {
                judgement.outcome.verdict = .healthy
            } else {
                judgement.outcome = .init(because: "conditions unknown", action: .hold, verdict: verdictOfHold(walk))
                judgement.path[winner.index].taken = false
            }
        }
        judgement.reason = explain(judgement.outcome, path: judgement.path, walk)
        return judgement
    }

    /// How long a node has been holding the release, in windows of states that would grow.
    private func holdClock(of node: String, _ evaluation: RolloutEvent.Evaluation, _ state: RolloutState) -> RolloutState.HoldClock {
        guard var clock = state.holdClock, clock.node == node else { return .init(node: node, waited: .zero) }
        if state.state == .progressing || state.state == .baking {
            let start = max(evaluation.windowStart, state.evaluatedThrough ?? evaluation.windowStart)
            clock.waited = clock.waited + max(.zero, evaluation.windowEnd - start)
        }
        return clock
    }

    /// The nodes with an action that are neither true nor false.
    private func unknownNodes(_ walk: Walk) -> [Int] { nodes.indices.filter { nodes[$0].action != nil && walk.truths[$0] == .unknown } }

    /// A hold is an error where a signal failed, has no data where a condition is unknown, and is inconclusive otherwise.
    private func verdictOfHold(_ walk: Walk) -> Verdict {
        let failed = walk.path.contains { node in
            node.readings.contains { if case .failed = $0.reading { true } else { false } }
        }
        if failed { return .error }
        return walk.truths.contains(.unknown) ? .noData : .inconclusive
    }

    private func explain(_ outcome: RolloutState.Outcome, path: [NodeEvaluation], _ walk: Walk) -> String {
        if let taken = path.indices.first(where: { path[$0].taken }) {
            let readings = chain(to: taken).flatMap { path[$0].readings }.map { "\($0.name) \($0.reading)" }.joined(separator: ", ")
            return readings.isEmpty ? "\(path[taken].node)" : "\(path[taken].node): \(readings)"
        }
        let unknown = unknownNodes(walk).map { index in
            let readings = chain(to: index).flatMap { path[$0].readings }
            let missing = readings.filter { !$0.reading.isKnown }.map { "\($0.name) \($0.reading)" }
            return "'\(path[index].node)' is unknown (\(missing.joined(separator: ", ")))"
        }
        return unknown.isEmpty ? outcome.because : unknown.joined(separator: "; ")
    }

    /// A node with those around it, outermost first.
    private func chain(to index: Int) -> [Int] {
        var chain: [Int] = []
        var next: Int? = index
        while let current = next {
            chain.insert(current, at: 0)
            next = nodes[current].parent
        }
        return chain
    }
}

extension TreeAction {
    /// What follows where the condition still holds on what came since the node acted.
    var actionAfterObservation: TreeAction? {
        switch self {
        case .observe(_, let otherwise): otherwise.action
        case .stepDown: .stepDown
        default: nil
        }
    }
}
