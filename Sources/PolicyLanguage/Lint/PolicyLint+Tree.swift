internal import Predicates
internal import ReleaseModel

extension PolicyLint {
    static func checkTree(_ outline: PolicyOutline, proof: TreeProof?, report: inout FindingReport) {
        let nodes = outline.allNodes
        guard let last = nodes.last else { return }
        let leaves = nodes.filter { $0.node.action != nil }
        let always = leaves.firstIndex { $0.node.condition == nil && $0.isAlwaysAsked }
        if always == nil, outline.isTreeWhole {
            let why = last.node.condition == nil ? "the last node stands within a condition" : "the last node has a condition"
            let example = proof?.failures.first { $0.kind == .notTotal }?.example
            report.error(
                .treeNotTotal, "\(why), so an evaluation may end nowhere" + (example.map { ", for example\($0.withReadings)" } ?? ""),
                at: last.conditionPosition ?? last.position, suggestion: "add at the end: - {name: all good, then: advance}")
        }
        if let always {
            for placed in leaves[(always + 1)...] {
                report.error(
                    .unreachableNode, "'\(placed.node.name)' is never reached: '\(leaves[always].node.name)' above it always holds",
                    at: placed.position, suggestion: "move the node without 'if' to the end")
            }
        }
        for placed in nodes { checkNode(placed, outline, report: &report) }
        if let proof { checkProof(proof, outline, always: always.map { leaves[$0].node.name }, report: &report) }
        guard outline.isTreeWhole else { return }
        let position = outline.positions["tree"] ?? last.position
        if !leaves.contains(where: { $0.node.action?.canRollBack ?? false }) {
            report.add(.warning, .noRollback, "no node of the tree rolls back", at: position)
        }
        if !leaves.contains(where: { $0.node.action == .advance }) {
            report.add(.warning, .neverAdvances, "no node of the tree advances; only a person can promote", at: position)
        }
    }

    private static func checkNode(_ placed: PolicyOutline.PlacedNode, _ outline: PolicyOutline, report: inout FindingReport) {
        let every = outline.policy.metrics.every
        if case .observe(let span, _)? = placed.node.action, span < every {
            report.add(
                .warning, .observeShorterThanPoll, "observe lasts \(span), and metrics are looked at every \(every)",
                at: placed.actionPosition)
        }
        guard let condition = placed.condition, let position = placed.conditionPosition else { return }
        for term in condition.heldTerms where term.microseconds < every.microseconds {
            report.add(
                .note, .heldShorterThanPoll,
                "held looks back \(TimeSpan(microseconds: term.microseconds)), and metrics are looked at every \(every)", at: position)
        }
        for term in condition.historyTerms where term.microseconds / max(every.microseconds, 1) < minimumReadings(term.kind) {
            report.add(
                .warning, .historyTooShort,
                "'\(term)' is never known: it needs \(minimumReadings(term.kind)) readings, and metrics are looked at every \(every)",
                at: position,
                suggestion: "look back \(every * Double(minimumReadings(term.kind))) or more")
        }
        if outline.policy.logs == nil, let name = condition.names.first(where: { $0.hasPrefix("logs.") }) {
            report.add(
                .error, .signalWithoutSource, "'\(name)' is never known: logs is none", at: position,
                suggestion: "leave the condition out, or use a logs plugin")
        }
        if placed.isAlwaysAsked, placed.node.action?.canRollBack ?? false, !condition.names.isEmpty,
            condition.names.allSatisfy(novelties.contains)
        {
            report.add(
                .warning, .noveltyAlone, "'\(placed.node.name)' rolls back on new kinds of log lines alone", at: position,
                suggestion: "add what confirms it: logs.anomaly >= 0.85, logs.bursts > 0 or slo.breached; or ask a person")
        }
        if placed.node.action == .advance, condition.names.isEmpty {
            report.add(.warning, .advancesBlindly, "the node advances whatever the signals say", at: position)
        }
    }

    /// Signals that tell of log lines nobody wrote before, and not of how many there are.
    private static let novelties: Set<String> = ["logs.new_errors", "logs.novelty"]

    /// How many readings the engine wants before a term over time is known (`SignalHistory` of RolloutEngine).
    private static func minimumReadings(_ kind: HistoryTerm.Kind) -> Int64 {
        switch kind {
        case .rising, .falling: 8
        case .percentile: 10
        }
    }
}

extension TreeAction {
    /// Whether the action ends in a rollback, at once or later. Stepping down ends in one.
    var canRollBack: Bool {
        switch self {
        case .rollback, .stepDown: true
        default: later.map { $0 == .rollback || $0 == .stepDown } ?? false
        }
    }
}
