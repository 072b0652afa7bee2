import ReleaseModel
import ReleaseServer
import ReportText

/// One decision on one line: `02:13:20  rollback  25% -> 0%  because "canary is worse"  errors.guilty`.
struct DecisionLine: Sendable {
    let record: DecisionView

    func text(_ style: Style = .plain) -> String {
        let decision = record.decision
        var parts = [ReadingText.timeOfDay(decision.time), paddedKind(style)]
        let before = decision.fromWeights.canary
        let after = decision.toWeights.canary
        if before != after { parts.append("weight \(before) -> \(after)") }
        if decision.from != decision.to { parts.append("\(decision.from.rawValue) -> \(decision.to.rawValue)") }
        parts.append("because \"\(decision.because.printable)\"")
        if !decision.reason.isEmpty, decision.reason != decision.because { parts.append(style(decision.reason.printable, .dim)) }
        if decision.actor.means != .controller { parts.append(style("by \(ActorText.text(of: decision.actor))", .dim)) }
        return parts.joined(separator: "  ")
    }

    private func paddedKind(_ style: Style) -> String {
        let name = record.decision.kind.rawValue
        let padding = String(repeating: " ", count: max(0, 9 - name.count))
        return (ReadingText.ink(of: record.decision.kind).map { style(name, .bold, $0) } ?? name) + padding
    }
}
