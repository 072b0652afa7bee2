import ReleaseModel
import ReleaseServer
import ReportText

/// One decision in plain sentences: what, who, why, the way through the tree, and what it was decided from.
struct DecisionReport: Sendable {
    let detail: DecisionDetail
    /// Where the decision's page is; nil where no server stays to show it.
    var page: String?

    func lines(columns: Int, _ style: Style = .plain) -> [String] {
        let record = detail.record
        let decision = record.decision
        let kind =
            ReadingText.ink(of: decision.kind).map { style(decision.kind.rawValue, .bold, $0) } ?? style(decision.kind.rawValue, .bold)
        var lines = [
            "decision \(record.id): \(kind) of \(style(record.release.printable, .bold)) at \(ReadingText.dateAndTime(decision.time))", "",
        ]
        let facts = DecisionFacts(
            decision, recordedAt: record.recordedAt, controller: record.controller, leaseTerm: record.leaseTerm,
            policyDigest: record.policyDigest, evidenceDigest: record.evidenceDigest)
        for (label, text) in facts.rows {
            let ink = label == "verdict" ? decision.verdict.map { ReadingText.ink(of: $0) } : nil
            lines.append(labelled(label, ink.map { style(text, $0) } ?? text))
        }
        if let page { lines.append(labelled("page", page)) }
        if !decision.path.isEmpty {
            lines += ["", style("tree", .dim)]
            lines += TreePath(path: decision.path).lines(columns: columns, showsReadings: true, style)
        }
        let signals = DecisionFacts.signals(in: detail.evidence)
        if !signals.isEmpty {
            lines += ["", style("signals", .dim)]
            lines += SignalGrid(signals: signals).lines(columns: columns, style)
        }
        return lines
    }

    private func labelled(_ label: String, _ text: String) -> String {
        label + String(repeating: " ", count: max(1, 10 - label.count)) + text
    }
}
