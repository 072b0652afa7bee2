public import Predicates
public import ReleaseModel

/// The policy's tree, compiled. A walk evaluates every condition, since `held` terms and the evidence need them all,
/// and lets the first node that holds decide.
public struct RollbackTree: Sendable {
    /// Signals that the engine itself supplies.
    public static let ownSignals: [SignalDescriptor] = [
        SignalDescriptor(
            name: "drift", kind: .bool, worse: .true, summary: "the data plane carries something other than what was applied to it")
    ]

    struct Node: Sendable {
        let name: String
        let condition: Condition?
        let action: TreeAction
    }

    let nodes: [Node]

    /// - Throws: `ExpressionError` for a condition that does not fit the signals.
    public init(_ nodes: [TreeNode], signals: [SignalDescriptor]) throws(ExpressionError) {
        let schema = SignalSchema((signals + Self.ownSignals).map { ($0.name, $0.schemaKind, $0.minimum, $0.maximum) })
        var compiled: [Node] = []
        for node in nodes {
            var condition: Condition?
            if let source = node.condition {
                condition = try Condition(source, schema: schema, place: "tree node '\(node.name)'")
            }
            compiled.append(Node(name: node.name, condition: condition, action: node.action))
        }
        self.nodes = compiled
    }

    /// What a walk found: what each condition said, and which node decides.
    struct Walk {
        var truths: [Ternary]
        var path: [NodeEvaluation]
        var held: [RolloutState.HeldSince]
    }

    /// Evaluates every condition on `signals` at `time`. `held` is what the walk before this one left.
    func walk(_ signals: [Signal], drift: Bool?, held: [RolloutState.HeldSince], at time: Timestamp) -> Walk {
        let readings = Readings(signals, drift: drift)
        var walk = Walk(truths: [], path: [], held: [])
        for node in nodes {
            guard let condition = node.condition else {
                walk.truths.append(.true)
                walk.path.append(NodeEvaluation(node: node.name, condition: nil, truth: .true, taken: false, readings: []))
                continue
            }
            let terms = condition.heldTerms.indices.map { index in
                Self.heldTruth(of: condition, term: index, readings: readings, before: held, at: time, into: &walk.held)
            }
            let truth = condition.truth(held: terms, reading: readings.value(of:))
            walk.truths.append(truth)
            walk.path.append(
                NodeEvaluation(
                    node: node.name, condition: condition.source, truth: Truth(truth), taken: false,
                    readings: condition.names.map { NamedReading(name: $0, reading: readings.reading(of: $0)) }))
        }
        walk.held.sort { $0.term < $1.term }
        return walk
    }

    /// What one node's condition says on other signals, with the same `held` terms: the judgement at the end of an observation.
    func truth(ofNode index: Int, on signals: [Signal], drift: Bool?, held: [RolloutState.HeldSince], at time: Timestamp) -> Ternary {
        guard let condition = nodes[index].condition else { return .true }
        let readings = Readings(signals, drift: drift)
        var unused: [RolloutState.HeldSince] = []
        let terms = condition.heldTerms.indices.map { term in
            Self.heldTruth(of: condition, term: term, readings: readings, before: held, at: time, into: &unused)
        }
        return condition.truth(held: terms, reading: readings.value(of:))
    }

    /// `held(inner, span)` is true when `inner` was true at every evaluation of the last `span`, unknown when it is unknown now.
    private static func heldTruth(
        of condition: Condition, term index: Int, readings: Readings, before: [RolloutState.HeldSince], at time: Timestamp,
        into after: inout [RolloutState.HeldSince]
    ) -> Ternary {
        let term = condition.heldTerms[index]
        let name = "held(\(term.source), \(TimeSpan(microseconds: term.microseconds)))"
        switch condition.truth(ofHeldTerm: index, reading: readings.value(of:)) {
        case .unknown: return .unknown
        case .false: return .false
        case .true:
            let since = before.first { $0.term == name }?.since ?? time
            if !after.contains(where: { $0.term == name }) { after.append(.init(term: name, since: since)) }
            return (time - since).microseconds >= term.microseconds ? .true : .false
        }
    }
}

/// Signals by name, the engine's own among them.
private struct Readings {
    private let byName: [String: SignalReading]

    init(_ signals: [Signal], drift: Bool?) {
        var byName = Dictionary(signals.map { ($0.name, $0.reading) }, uniquingKeysWith: { first, _ in first })
        byName["drift"] = drift.map(SignalReading.bool) ?? .missing("the data plane was not read yet")
        self.byName = byName
    }

    func reading(of name: String) -> SignalReading { byName[name] ?? .missing("no plugin reported it") }

    func value(of name: String) -> ConditionValue? {
        switch reading(of: name) {
        case .bool(let value): .bool(value)
        case .number(let value): value.isFinite ? .number(value) : nil
        case .string(let value): .string(value)
        case .missing, .failed: nil
        }
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

extension SignalDescriptor {
    fileprivate var schemaKind: SignalSchema.Kind {
        switch kind {
        case .bool: .bool
        case .number: .number
        case .string: .string
        }
    }
}
