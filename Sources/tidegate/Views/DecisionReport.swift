import ReleaseModel
import ReleaseServer

/// One decision in plain sentences: what, who, why, the way through the tree, and what it was decided from.
struct DecisionReport: Sendable {
    let detail: DecisionDetail

    func lines(columns: Int, _ style: Style = .plain) -> [String] {
        let record = detail.record
        let decision = record.decision
        let kind =
            ReadingText.ink(of: decision.kind).map { style(decision.kind.rawValue, .bold, $0) } ?? style(decision.kind.rawValue, .bold)
        var lines = [
            "decision \(record.id): \(kind) of \(style(record.release.printable, .bold)) at \(ReadingText.dateAndTime(decision.time))",
            "",
            labelled(
                "state",
                decision.from == decision.to ? "stays \(decision.to.rawValue)" : "\(decision.from.rawValue) -> \(decision.to.rawValue)"),
            labelled("weights", weights(decision)),
            labelled("because", "\"\(decision.because.printable)\""),
            labelled("reason", decision.reason.printable),
            labelled("by", "\(ActorText.text(of: decision.actor)) (\(decision.actor.means.rawValue))"),
            labelled(
                "written", "\(ReadingText.dateAndTime(record.recordedAt)) by \(record.controller.printable), lease term \(record.leaseTerm)"
            ),
            labelled("policy", record.policyDigest.printable),
            labelled("evidence", record.evidenceDigest.map { "sha256 \($0.printable)" } ?? "none"),
        ]
        if let verdict = decision.verdict {
            lines.insert(labelled("verdict", style(verdict.rawValue, ReadingText.ink(of: verdict))), at: 4)
        }
        if !decision.path.isEmpty {
            lines += ["", style("tree", .dim)]
            lines += TreePath(path: decision.path).lines(columns: columns, showsReadings: true, style)
        }
        let signals = self.signals
        if !signals.isEmpty {
            lines += ["", style("signals", .dim)]
            lines += SignalGrid(signals: signals).lines(columns: columns, style)
        }
        return lines
    }

    /// The signals in the evidence: those of the evaluation that led to the decision.
    private var signals: [Signal] {
        guard let event = detail.evidence?["event"] else { return [] }
        let evaluation = event["evaluated"]?["_0"] ?? event["evaluated"] ?? event
        return evaluation["signals"].flatMap { try? $0.decoded(as: [Signal].self) } ?? []
    }

    private func weights(_ decision: Decision) -> String {
        decision.fromWeights == decision.toWeights || decision.toWeights.isEmpty
            ? "unchanged" : "\(ReadingText.weights(decision.fromWeights)) -> \(ReadingText.weights(decision.toWeights))"
    }

    private func labelled(_ label: String, _ text: String) -> String {
        label + String(repeating: " ", count: max(1, 10 - label.count)) + text
    }
}
