import ReleaseModel
import ReleaseServer
import ReportText

/// One release as a screen: stages, weight, score, signals, the way through the tree, and the newest decisions.
///
/// It is fed with values of the API and draws lines; where they go is the caller's business.
struct LiveView: Sendable {
    /// Decisions shown below the tree.
    static let decisionLimit = 6

    let style: Style
    let columns: Int

    /// The lines of the screen, each at most `columns` wide.
    func lines(for detail: ReleaseDetail, decisions: [DecisionView]) -> [String] {
        var lines = heading(detail)
        lines.append("")
        lines.append(labelled("stages", StageLadder(detail: detail).line(style)))
        if let progress = StageLadder(detail: detail).progressLine { lines.append(labelled("", style(progress, .dim))) }
        if let forecast = ForecastLine(detail: detail).text { lines.append(labelled("forecast", style(forecast, .dim))) }
        lines.append(labelled("weight", WeightBar(detail: detail).line(style)))
        lines.append(labelled("score", score(detail)))
        lines += waiting(detail)
        if let evaluation = detail.evaluation {
            lines.append("")
            lines += SignalGrid(signals: evaluation.signals.filter { $0.name != "score" }).lines(columns: columns, style)
            lines += CollectionLines(evaluation: evaluation).lines.map { labelled("metrics", style($0, .yellow)) }
            if !evaluation.path.isEmpty {
                lines.append("")
                lines += TreePath(path: evaluation.path).lines(columns: columns, style)
            }
        }
        if !decisions.isEmpty {
            lines.append("")
            lines += decisions.suffix(Self.decisionLimit).map { DecisionLine(record: $0).text(style) }
        }
        return lines
    }

    private func heading(_ detail: ReleaseDetail) -> [String] {
        let release = detail.release
        let stable = release.arm(named: Arm.stable)?.revision ?? "?"
        let canary = release.canaryText
        let state = style(release.state.rawValue, .bold, ReadingText.ink(of: release.state))
        var second =
            "policy \(release.policyName.printable), started by \(ActorText.text(of: release.startedBy)) "
            + "\(ReadingText.span(detail.now - release.createdAt)) ago"
        if let lease = detail.lease { second += ", led by \(lease.controller.printable) (term \(lease.term))" }
        return [
            "\(style(release.id.printable, .bold))  \(release.service.printable) \(stable.printable) -> \(canary.printable)"
                + " on \(release.target.printable)  \(state)",
            style(second, .dim),
        ]
    }

    private func score(_ detail: ReleaseDetail) -> String {
        guard let evaluation = detail.evaluation else { return style("no window judged yet", .dim) }
        let reading = evaluation.reading(of: "score").map(ReadingText.text(of:)) ?? "no score"
        let verdict = evaluation.verdict.map { style($0.rawValue, .bold, ReadingText.ink(of: $0)) } ?? ""
        let when = style("window to \(ReadingText.timeOfDay(evaluation.windowEnd))", .dim)
        return [style(reading, .bold), verdict, when].filter { !$0.isEmpty }.joined(separator: "  ")
    }

    /// What the release waits for, where it waits for something.
    private func waiting(_ detail: ReleaseDetail) -> [String] {
        var lines: [String] = []
        if let approval = detail.progress?.approval {
            let left = ReadingText.span(approval.expiresAt - detail.now)
            lines.append(
                labelled(
                    "waits", style("for \(approval.role.printable) to approve or reject (\(approval.why.printable)), \(left) left", .yellow)
                ))
        }
        if let observation = detail.progress?.observation {
            let left = ReadingText.span(observation.until - detail.now)
            lines.append(labelled("watches", style("\"\(observation.node.printable)\" for another \(left)", .yellow)))
        }
        return lines
    }

    private func labelled(_ label: String, _ text: String) -> String {
        style(label, .dim) + String(repeating: " ", count: max(1, 9 - label.count)) + text
    }
}
