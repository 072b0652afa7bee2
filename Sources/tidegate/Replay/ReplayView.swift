import DecisionReplay
import ReleaseModel
import ReportText

/// A replay in plain sentences: how much agreed, which plugins were at hand, and the first difference.
struct ReplayView {
    /// Reports that are listed one by one.
    static let listed = 20

    let summary: ReplaySummary

    func lines(_ style: Style) -> [String] {
        guard summary.decisions > 0 else { return ["no decisions"] }
        var lines = [
            "\(summary.decisions) \(summary.decisions == 1 ? "decision" : "decisions"): "
                + style("\(summary.agree) agree exactly", .green) + ", "
                + (summary.differ > 0 ? style("\(summary.differ) differ", .bold, .red) : "none differs")
                + (summary.notReplayed > 0 ? ", " + style("\(summary.notReplayed) could not be replayed", .yellow) : "")
        ]
        for count in summary.plugins {
            var line = "\(count.plugin.name.printable) \(count.plugin.version.printable): \(count.agree) agree to 1e-9"
            if count.differ > 0 { line += ", " + style("\(count.differ) differ", .bold, .red) }
            if count.notReplayed > 0 {
                line += ", " + style("\(count.notReplayed) not replayed", .yellow) + ": \((count.reason ?? "").printable)"
            }
            lines.append(line)
        }
        if let first = summary.firstDifference { lines += [""] + Self.difference(first, style) }
        let unreplayed = summary.reports.filter { $0.engine == .notReplayed && $0.isSound }
        if !unreplayed.isEmpty {
            lines.append("")
            lines += unreplayed.prefix(Self.listed).map { "decision \($0.decision): \(($0.reason ?? "").printable)" }
            if unreplayed.count > Self.listed { lines.append("and \(unreplayed.count - Self.listed) more; -o json lists them") }
        }
        return lines
    }

    private static func difference(_ report: ReplayReport, _ style: Style) -> [String] {
        var lines = [style("first difference: decision \(report.decision) of \(report.release.printable)", .bold)]
        if let reason = report.reason { lines.append("  \(reason.printable)") }
        if let difference = report.difference { lines += valueLines(difference) }
        for plugin in report.plugins {
            guard let difference = plugin.difference else { continue }
            lines.append("  plugin \(plugin.plugin.name.printable) \(plugin.plugin.version.printable)")
            lines += valueLines(difference)
        }
        if report.fromSamples == .differs { lines.append("  from the recorded samples another decision follows") }
        return lines
    }

    private static func valueLines(_ difference: ReplayDifference) -> [String] {
        [
            "  at \(difference.place.printable)", "    recorded  \(text(difference.recorded))",
            "    replayed  \(text(difference.replayed))",
        ]
    }

    private static func text(_ value: JSONValue?) -> String {
        guard let value else { return "nothing" }
        return DisplayWidth.clipped(value.canonicalText.printable, to: 400)
    }
}
