internal import Predicates
internal import ReleaseModel

/// What can be said about a policy as a whole, once every part of it has been read.
enum PolicyLint {
    static func check(_ outline: PolicyOutline, report: inout FindingReport) {
        checkStages(outline, report: &report)
        checkTimes(outline, report: &report)
        checkTree(outline, report: &report)
        checkWebhooks(outline, report: &report)
        checkRouting(outline, report: &report)
    }

    // MARK: - Stages

    private static func checkStages(_ outline: PolicyOutline, report: inout FindingReport) {
        for (before, after) in zip(outline.stages, outline.stages.dropFirst()) where after.stage.weight <= before.stage.weight {
            report.error(
                .weightsDoNotGrow, "the weight does not grow: \(after.stage.weight) after \(before.stage.weight)",
                at: after.keys["weight"] ?? after.position)
        }
        for placed in outline.stages {
            let stage = placed.stage
            if stage.weight == .full {
                report.add(
                    .warning, .fullStage, "a stage of 100% leaves no stable traffic to compare with",
                    at: placed.keys["weight"] ?? placed.position,
                    suggestion: "leave it out: after the last stage the release goes to 100% and bakes")
            }
            if stage.samples == 0, let position = placed.keys["extend"] ?? placed.keys["then"] {
                report.add(
                    .note, .samplesNeverMissing, "samples is 0, so there are never too few of them", at: position,
                    suggestion: "leave extend and then out, or ask for samples")
            }
            if stage.samples > 0, stage.extend == 1, let position = placed.keys["extend"] {
                report.add(
                    .note, .samplesNotAwaited, "a stage with too few samples gets no more time", at: position,
                    suggestion: "for example extend: 4x")
            }
            if stage.duration < outline.policy.metrics.every {
                report.add(
                    .warning, .stageShorterThanPoll,
                    "the stage lasts \(stage.duration), and metrics are looked at every \(outline.policy.metrics.every)",
                    at: placed.keys["for"] ?? placed.position, suggestion: "let it last several polls")
            }
        }
        if let first = outline.stages.first, first.stage.weight > Weight(basisPoints: 5000), first.stage.approval == nil {
            report.add(
                .warning, .bigFirstStep, "the first stage gives \(first.stage.weight) of the users a revision nobody has seen yet",
                at: first.keys["weight"] ?? first.position, suggestion: "begin with 1% to 10%")
        }
    }

    // MARK: - Times

    private static func checkTimes(_ outline: PolicyOutline, report: inout FindingReport) {
        let policy = outline.policy
        let metrics = policy.metrics
        if let scrape = metrics.source.configuration["scrape"]?.string.flatMap({ TimeSpan($0) }), metrics.lag < scrape {
            report.add(
                .warning, .lagTooShort, "lag is \(metrics.lag), shorter than the scrape interval of \(scrape)",
                at: outline.positions["lag"] ?? outline.positions["metrics"] ?? top, suggestion: "write lag: \(scrape) or more")
        }
        if let position = outline.positions["warmUp"] ?? outline.stages.first?.keys["for"],
            let stage = policy.stages.first, policy.warmUp >= stage.duration
        {
            report.add(
                .warning, .warmUpLongerThanStage,
                "warmUp is \(policy.warmUp): the first stage of \(stage.duration) is over before latency, GC or memory are judged",
                at: position)
        }
        if policy.bake == .zero, let position = outline.positions["bake"] {
            report.add(
                .warning, .noBake, "the release ends as soon as it has all traffic", at: position, suggestion: "for example bake: 30m")
        }
    }

    static let top = DocumentPosition(line: 1, column: 1)

    // MARK: - The tree

    private static func checkTree(_ outline: PolicyOutline, report: inout FindingReport) {
        guard let last = outline.tree.last else { return }
        let always = outline.tree.firstIndex { $0.node.condition == nil }
        if last.node.condition != nil, always == nil, outline.isTreeWhole {
            report.error(
                .treeNotTotal, "the last node has a condition, so an evaluation may end nowhere",
                at: last.conditionPosition ?? last.position, suggestion: "add at the end: - {name: all good, then: advance}")
        }
        if let always, always < outline.tree.count - 1 {
            for placed in outline.tree[(always + 1)...] {
                report.error(
                    .unreachableNode, "'\(placed.node.name)' is never reached: '\(outline.tree[always].node.name)' above it always holds",
                    at: placed.position, suggestion: "move the node without 'if' to the end")
            }
        }
        for placed in outline.tree { checkNode(placed, outline, report: &report) }
        guard outline.isTreeWhole else { return }
        let position = outline.positions["tree"] ?? last.position
        if !outline.tree.contains(where: { $0.node.action.canRollBack }) {
            report.add(.warning, .noRollback, "no node of the tree rolls back", at: position)
        }
        if !outline.tree.contains(where: { $0.node.action == .advance }) {
            report.add(.warning, .neverAdvances, "no node of the tree advances; only a person can promote", at: position)
        }
    }

    private static func checkNode(_ placed: PolicyOutline.PlacedNode, _ outline: PolicyOutline, report: inout FindingReport) {
        let every = outline.policy.metrics.every
        if case .observe(let span, _) = placed.node.action, span < every {
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
        if outline.policy.logs == nil, let name = condition.names.first(where: { $0.hasPrefix("logs.") }) {
            report.add(
                .warning, .signalWithoutSource, "'\(name)' is always unknown: logs is none", at: position,
                suggestion: "leave the condition out, or use a logs plugin")
        }
        if placed.node.action == .advance, condition.names.isEmpty {
            report.add(.warning, .advancesBlindly, "the node advances whatever the signals say", at: position)
        }
    }

    // MARK: - Notifications

    private static func checkWebhooks(_ outline: PolicyOutline, report: inout FindingReport) {
        for (webhook, position) in outline.webhooks where webhook.secret == nil {
            report.add(
                .warning, .unsignedWebhook, "notifications to this webhook are not signed", at: position,
                suggestion: "add secret: env:NAME")
        }
    }
}

extension TreeAction {
    /// Whether the action ends in a rollback, at once or after observing.
    var canRollBack: Bool {
        switch self {
        case .rollback, .observe(_, otherwise: .rollback): true
        default: false
        }
    }
}
