internal import Foundation
internal import ReleaseModel
internal import Statistics

/// The rules of one objective.
struct ObjectiveRules {
    private let objective: Objective
    private let source: SeriesNames
    private let labels: [String: String]
    private let service: String?

    init(_ objective: Objective, _ source: SeriesNames, policy: String, service: String?) {
        self.objective = objective
        self.source = source
        self.service = service
        labels = ["slo": objective.name, "policy": policy]
    }

    /// The ratio of bad requests over every window that an alert looks at, and what is left of the budget.
    var recordings: [AlertingRules.Rule] {
        let windows = Set((objective.page + objective.ticket).flatMap { [$0.longSeconds, $0.shortSeconds] }).sorted()
        let ratios = windows.map { seconds in
            AlertingRules.Rule(record: Self.ratio(seconds), expr: expression(over: Self.span(seconds)), labels: labels)
        }
        guard let shortest = windows.first else { return ratios }
        let selector = "\(Self.ratio(shortest)){\(matchers)}[\(Self.span(objective.periodSeconds))]"
        let left = AlertingRules.Rule(
            record: "tidegate:slo_budget_left:ratio", expr: "1 - avg_over_time(\(selector)) / \(Self.figure(objective.budget))",
            labels: labels)
        return ratios + [left]
    }

    var alerts: [AlertingRules.Rule] {
        objective.page.map { alert($0, "page") } + objective.ticket.map { alert($0, "ticket") }
    }

    private func alert(_ rule: BurnRateRule, _ severity: String) -> AlertingRules.Rule {
        let factor = Self.figure(rule.factor(periodSeconds: objective.periodSeconds))
        let (long, short) = (Self.span(rule.longSeconds), Self.span(rule.shortSeconds))
        let limit = "\(factor) * \(Self.figure(objective.budget))"
        let expression = [rule.longSeconds, rule.shortSeconds].map { "\(Self.ratio($0)){\(matchers)} > \(limit)" }.joined(
            separator: " and ")
        return AlertingRules.Rule(
            alert: severity == "page" ? "ErrorBudgetBurnsFast" : "ErrorBudgetBurns", expr: expression,
            labels: labels.merging(["severity": severity, "long": long, "short": short]) { $1 },
            annotations: [
                "summary":
                    "{{ $labels.\(source.serviceLabel) }} {{ $labels.\(source.revisionLabel) }} burns the budget of \(objective.name) \(factor) times too fast",
                "description":
                    "Over \(long) and over \(short) more than \(factor) times the allowed \(percent(objective.budget)) of the requests \(badness).",
            ])
    }

    private var badness: String {
        switch objective.indicator {
        case .errors: "failed"
        case .slower(let seconds): "took longer than \(TimeSpan.seconds(seconds))"
        }
    }

    private var matchers: String {
        labels.keys.sorted().map { "\($0)=\(Self.quoted(labels[$0] ?? ""))" }.joined(separator: ",")
    }

    /// Bad requests per request.
    private func expression(over span: String) -> String {
        let by = "by (\(source.serviceLabel), \(source.revisionLabel))"
        switch objective.indicator {
        case .errors:
            let all = "sum \(by) (rate(\(source.requests)\(selector(source.matchers))[\(span)]))"
            let name = source.errors ?? source.requests
            let bad = "sum \(by) (rate(\(name)\(selector(source.matchers, source.errorMatchers))[\(span)]))"
            // A revision that never failed has no series of errors, and fails in no request.
            return "(\(bad) or 0 * \(all)) / \(all)"
        case .slower(let seconds):
            let good = "sum \(by) (rate(\(source.latency)_bucket\(selector(source.matchers, Self.edge(seconds)))[\(span)]))"
            return "1 - \(good) / sum \(by) (rate(\(source.latency)_count\(selector(source.matchers))[\(span)]))"
        }
    }

    private func selector(_ parts: String?...) -> String {
        let all = [service.map { "\(source.serviceLabel)=\(Self.quoted($0))" }] + parts
        let written = all.compactMap(\.self)
        return written.isEmpty ? "" : "{\(written.joined(separator: ","))}"
    }

    /// The bucket at an edge, with or without the decimals that some client libraries write: `3` and `3.0`.
    private static func edge(_ seconds: Double) -> String {
        let text = figure(seconds)
        return text.contains(".") ? "le=\(quoted(text))" : "le=~\(quoted("\(text)(\\.0)?"))"
    }

    static func ratio(_ seconds: Double) -> String { "tidegate:slo_errors:ratio_rate\(span(seconds))" }

    /// A length of time as PromQL writes it, with its units in falling order.
    static func span(_ seconds: Double) -> String { TimeSpan.seconds(seconds).description }

    private func percent(_ share: Double) -> String { "\(Self.figure(share * 100))%" }

    /// At most six significant digits: 14.4, 0.001, 0.933333.
    static func figure(_ value: Double) -> String { String(format: "%.6g", value) }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for character in text {
            switch character {
            case "\"", "\\": quoted += "\\\(character)"
            case "\n": quoted += "\\n"
            default: quoted.append(character)
            }
        }
        return quoted + "\""
    }
}
