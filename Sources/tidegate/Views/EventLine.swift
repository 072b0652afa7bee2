import ReleaseModel
import ReleaseServer
import ReportText

/// One event on one line: a decision, or a judged window with its score and what speaks against the canary.
struct EventLine: Sendable {
    let event: ReleaseEvent

    func text(_ style: Style = .plain) -> String {
        if let decision = event.decision { return DecisionLine(record: decision).text(style) }
        guard let evaluation = event.evaluation else { return "" }
        let verdict = evaluation.verdict.map { style($0.rawValue, ReadingText.ink(of: $0)) } ?? "no verdict"
        var parts = [ReadingText.timeOfDay(evaluation.windowEnd), style("judged   ", .dim), verdict]
        if let score = evaluation.reading(of: "score") { parts.append("score \(ReadingText.text(of: score))") }
        let raised = evaluation.signals.filter { $0.reading == .bool(true) && $0.name != "complete" }.map { $0.name.printable }
        if !raised.isEmpty { parts.append(style(raised.joined(separator: " "), .red)) }
        if let because = evaluation.because { parts.append(style("\"\(because.printable)\"", .dim)) }
        return parts.joined(separator: "  ")
    }
}
