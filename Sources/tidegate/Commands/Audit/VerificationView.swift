import AuditVerifier

/// A verification's report for people.
struct VerificationView: Sendable {
    let report: VerificationReport

    func lines(_ style: Style) -> [String] {
        var lines = [
            "history    \(report.origin)",
            "entries    \(report.coveredEntries) under a signed head, \(report.waitingEntries) not numbered yet",
            "root       \(report.root)",
            "rows       \(report.rows) compared with \(report.decisions) decisions, \(report.effects) effects and everything else recorded",
            "anchors    \(report.anchors == 0 ? "none given: a history that was rewritten and signed anew would not be noticed" : "\(report.anchors), the newest over \(report.anchoredEntries) entries")",
            "key        \(report.keys.isEmpty ? "none" : report.keys.joined(separator: "\n           "))",
        ]
        if !report.isKeyPinned { lines.append("           taken from the history itself; name the key that you trust with --key") }
        if report.evidenceNotSeen > 0 { lines.append("evidence   \(report.evidenceNotSeen) not at hand: left out or expired") }
        for (login, count) in report.handEdits.sorted(by: { $0.key < $1.key }) where login != "tidegate" {
            lines.append("by hand    \(count) entries of rows that login '\(login)' changed")
        }
        lines.append("")
        if report.holds { return lines + [style("everything holds", .green)] }
        lines.append(style("\(report.findingCount) finding\(report.findingCount == 1 ? "" : "s"); the first:", .red))
        return lines + report.findings.prefix(20).map { "  " + Self.line($0) }
            + (report.findingCount > 20
                ? ["  and \(report.findingCount - 20) more (-o json lists up to \(HistoryVerifier.maximumFindings))"] : [])
    }

    static func line(_ finding: Finding) -> String {
        var place = [finding.entry.map { "entry \($0)" }, finding.table.map { "table \($0)" }].compactMap { $0 }
        if let key = finding.key { place.append(key) }
        if let column = finding.column { place.append("column \(column)") }
        return (place.isEmpty ? finding.code.rawValue : place.joined(separator: ", ")) + ": " + finding.reason
    }
}
