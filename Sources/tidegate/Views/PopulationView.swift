import ReleaseModel
import ReleaseServer
import ReportText
import TransparencyLog

/// The population of a period for people: what it comes to, who could change anything, and the changes.
struct PopulationView {
    /// Places, kinds and names are as wide as this where changes are listed page by page.
    private static let widths = (place: 8, kind: 9, state: 11)

    let summary: PopulationSummary

    func heading(_ style: Style) -> [String] {
        var totals = Table([.init("KIND"), .init("IN THE HISTORY", .right), .init("IN ITS TABLE", .right), .init("")])
        for total in summary.totals where total.entries > 0 || (total.recorded ?? 0) > 0 {
            totals.add([
                .init(total.kind), .init("\(total.entries)"), .init(total.recorded.map { "\($0)" } ?? "-"),
                total.isReconciled ? "" : .init("not the same: the population is not complete", .red),
            ])
        }
        var access = Table([
            .init("TOKEN"), .init("ROLE"), .init("COULD APPROVE"), .init("FROM"), .init("UNTIL"), .init("GIVEN BY"),
            .init("ASKED", .right), .init("APPROVED", .right),
        ])
        for grant in summary.access {
            access.add([
                .init(grant.name), .init(grant.role), grant.may.contains("approve") ? .init("yes", .bold) : "no",
                .init(ReadingText.dateAndTime(grant.createdAt)),
                .init(grant.revokedAt.map { "\(ReadingText.dateAndTime($0)) by \(grant.revokedBy ?? "?")" } ?? "in force"),
                .init(grant.createdBy), .init("\(grant.commands)"), .init("\(grant.approvals)"),
            ])
        }
        var lines = [
            style("changes from \(ReadingText.dateAndTime(summary.from)) to \(ReadingText.dateAndTime(summary.to)): \(summary.size)", .bold)
        ]
        lines += totals.lines(style) + ["", logLine(style), "", style("who could call in that time", .bold)]
        lines += summary.access.isEmpty ? ["nobody"] : access.lines(style)
        if !summary.databaseLogins.isEmpty {
            let logins = summary.databaseLogins.map { "\($0.login.printable) (\($0.role.printable))" }.joined(separator: ", ")
            lines.append("logins of the database now, of which no history is kept: \(logins)")
        }
        return lines + [""]
    }

    private func logLine(_ style: Style) -> String {
        let log = summary.log
        guard log.numbered == log.size else {
            return style("the log has \(log.size) leaves, and only \(log.numbered) are there: entries are missing", .bold, .red)
        }
        let waiting = log.entries - log.numbered
        let rest = waiting > 0 ? "; \(waiting) entries are not numbered yet" : ""
        guard let head = log.checkpoint.flatMap(SignedNote.init).flatMap({ LogCheckpoint(text: $0.text) }), log.size > 0 else {
            return "the entries are not numbered yet, so nothing shows that none is missing" + rest
        }
        guard head.size == UInt64(log.size) else {
            return style("the log has \(log.size) leaves, and its signed head covers \(head.size)", .bold, .red)
        }
        return "the entries are numbered without a gap: all of 0 to \(log.size - 1) are there, under the checkpoint over \(head.size) "
            + "entries of \(head.origin.printable), root \(head.root)" + rest
    }

    static func lines(of changes: [ChangeView], withHeading: Bool, _ style: Style, _ isFirst: inout Bool) -> [String] {
        guard !changes.isEmpty else { return [] }
        var lines: [String] = []
        if withHeading {
            lines.append(
                style(row("PLACE", "RECORDED", "KIND", "STATE", "WHAT, BY WHOM, WHY"), .bold))
            isFirst = false
        }
        for change in changes {
            let entry = change.entry
            let figures = EntryFigures(kind: entry.kind, entry: entry.entry)
            let by = ActorText.text(of: figures.actor) + (figures.reason.isEmpty ? "" : ": \(figures.reason.printable)")
            lines.append(
                row(
                    "\(entry.position)", ReadingText.dateAndTime(entry.recordedAt), entry.kind, change.state?.rawValue ?? "",
                    "\(figures.sentence.printable), by \(by)"))
            for act in change.acts {
                lines.append(
                    row(
                        "", ReadingText.dateAndTime(act.at), "", "",
                        "  \(act.command.printable) by \(ActorText.text(of: act.actor)): \(act.reason.printable)"))
            }
        }
        return lines
    }

    private static func row(_ place: String, _ time: String, _ kind: String, _ state: String, _ text: String) -> String {
        func left(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
        return String(repeating: " ", count: max(0, widths.place - place.count)) + place + "  " + left(time, 20) + "  "
            + left(kind, widths.kind) + "  " + left(state, widths.state) + "  " + text
    }

    func closing(_ sample: PopulationSample?, seed: String, _ style: Style) -> [String] {
        var lines: [String] = []
        if let sample {
            lines.append("")
            lines.append(
                "a sample of \(sample.changes.count) of \(sample.population) changes, drawn with seed \(seed.printable): "
                    + "the smallest SHA-256 of \"\(seed.printable):PLACE\"")
        }
        if !summary.isComplete { lines.append(style("the population is NOT complete", .bold, .red)) }
        return lines
    }
}
