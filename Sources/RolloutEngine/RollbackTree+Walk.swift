import Predicates
import ReleaseModel

extension RollbackTree {
    /// What a walk found: what each condition said, and what the terms over time keep.
    struct Walk {
        /// What each node comes to together with those around it.
        var truths: [Ternary]
        var path: [NodeEvaluation]
        var held: [RolloutState.HeldSince]
    }

    /// What the engine remembers of the evaluations before this one.
    struct Memory {
        var held: [RolloutState.HeldSince]
        /// With the readings of this evaluation.
        var histories: [SignalHistory]
    }

    /// Evaluates every condition on `signals` at `time`.
    func walk(_ signals: [Signal], drift: Bool?, memory: Memory, at time: Timestamp) -> Walk {
        let readings = SignalReadings(signals, drift: drift)
        var walk = Walk(truths: [], path: [], held: [])
        for node in nodes {
            var evaluation = NodeEvaluation(
                node: node.name, condition: node.condition?.source, truth: .true, taken: false, readings: [],
                depth: node.depth == 0 ? nil : node.depth)
            var truth = Ternary.true
            if let condition = node.condition {
                let figures = Self.figures(of: condition, memory: memory, readings: readings)
                truth = Self.truth(of: condition, figures: figures, readings: readings, memory: memory, at: time, into: &walk.held)
                evaluation.truth = Truth(truth)
                evaluation.readings =
                    condition.names.map { NamedReading(name: $0, reading: readings.reading(of: $0)) }
                    + zip(condition.historyTerms, figures).map { term, figure in
                        NamedReading(name: term.description, reading: SignalReading(figure))
                    }
            }
            walk.truths.append(node.parent.map { walk.truths[$0].and(truth) } ?? truth)
            walk.path.append(evaluation)
        }
        walk.held.sort { $0.term < $1.term }
        return walk
    }

    /// What one node comes to on other signals, with the same terms over time: the judgement at the end of an observation.
    func truth(ofNode index: Int, on signals: [Signal], drift: Bool?, memory: Memory, at time: Timestamp) -> Ternary {
        let readings = SignalReadings(signals, drift: drift)
        var truth = Ternary.true
        var next: Int? = index
        while let current = next {
            if let condition = nodes[current].condition {
                var unused: [RolloutState.HeldSince] = []
                let figures = Self.figures(of: condition, memory: memory, readings: readings)
                truth = truth.and(
                    Self.truth(of: condition, figures: figures, readings: readings, memory: memory, at: time, into: &unused))
            }
            next = nodes[current].parent
        }
        return truth
    }

    /// The histories that the tree needs, with the readings of one evaluation added; nil where it needs none.
    func recorded(_ signals: [Signal], in before: [SignalHistory]?, at time: Timestamp) -> [SignalHistory]? {
        guard !histories.isEmpty else { return nil }
        let readings = SignalReadings(signals, drift: nil)
        return histories.map { key in
            var history =
                before?.first { $0.signal == key.signal && $0.span == key.span }
                ?? SignalHistory(signal: key.signal, span: key.span, start: time)
            history.record(readings.value(of: key.signal), at: time)
            return history
        }
    }

    /// What each history term of a condition comes to now; unknown where the signal itself is.
    private static func figures(of condition: Condition, memory: Memory, readings: SignalReadings) -> [ConditionValue?] {
        condition.historyTerms.map { term in
            guard readings.value(of: term.signal) != nil else { return nil }
            return memory.histories.first { $0.signal == term.signal && $0.span.microseconds == term.microseconds }?.figure(term.kind)
        }
    }

    private static func truth(
        of condition: Condition, figures: [ConditionValue?], readings: SignalReadings, memory: Memory, at time: Timestamp,
        into after: inout [RolloutState.HeldSince]
    ) -> Ternary {
        let terms = condition.heldTerms.indices.map { index in
            let now = condition.truth(ofHeldTerm: index, figures: figures, reading: readings.value(of:))
            return heldTruth(of: condition.heldTerms[index], now: now, before: memory.held, at: time, into: &after)
        }
        return condition.truth(held: terms, figures: figures, reading: readings.value(of:))
    }

    /// `held(inner, span)` is true when `inner` was true at every evaluation of the last `span`, unknown when it is unknown now.
    private static func heldTruth(
        of term: HeldTerm, now: Ternary, before: [RolloutState.HeldSince], at time: Timestamp, into after: inout [RolloutState.HeldSince]
    ) -> Ternary {
        guard now == .true else { return now }
        let name = "held(\(term.source), \(TimeSpan(microseconds: term.microseconds)))"
        let since = before.first { $0.term == name }?.since ?? time
        if !after.contains(where: { $0.term == name }) { after.append(.init(term: name, since: since)) }
        return (time - since).microseconds >= term.microseconds ? .true : .false
    }
}

extension Truth {
    init(_ truth: Ternary) {
        switch truth {
        case .true: self = .true
        case .false: self = .false
        case .unknown: self = .unknown
        }
    }
}

extension SignalReading {
    /// What a term over time came to.
    fileprivate init(_ figure: ConditionValue?) {
        switch figure {
        case .bool(let value)?: self = .bool(value)
        case .number(let value)?: self = .number(value)
        case .string(let value)?: self = .string(value)
        case nil: self = .missing("too little is known of its past")
        }
    }
}
