internal import Predicates
internal import ReleaseModel

/// What can be said about a policy as a whole, once every part of it has been read.
enum PolicyLint {
    static func check(_ outline: PolicyOutline, report: inout FindingReport) {
        checkStages(outline, report: &report)
        checkTimes(outline, report: &report)
        checkHealth(outline, report: &report)
        checkTree(outline, proof: proof(of: outline, report), report: &report)
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

    /// The breach by percentile is a habit of the field, and no test: nothing bounds how often it holds by chance.
    private static func checkHealth(_ outline: PolicyOutline, report: inout FindingReport) {
        guard outline.policy.health.configuration["breach"]?["by"]?.string == "percentile" else { return }
        report.add(
            .note, .breachWithoutLevel, "falseRollback does not cover slo.breached where the breach is told by percentile",
            at: outline.positions["health"] ?? top,
            suggestion: "leave breach out for burn rates, or let the tree observe before it rolls back")
    }

    static let top = DocumentPosition(line: 1, column: 1)

    // MARK: - Notifications

    private static func checkWebhooks(_ outline: PolicyOutline, report: inout FindingReport) {
        for (webhook, position) in outline.webhooks where webhook.secret == nil {
            report.add(
                .warning, .unsignedWebhook, "notifications to this webhook are not signed", at: position,
                suggestion: "add secret: env:NAME")
        }
    }
}
