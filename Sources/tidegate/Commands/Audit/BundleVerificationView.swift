import AuditVerifier
import ReportText

/// The verification of a bundle for people.
struct BundleVerificationView: Sendable {
    let report: BundleVerification

    func lines(_ style: Style) -> [String] {
        var lines = [
            "release    \(report.release.printable)",
            "history    \(report.origin.printable), \(report.coveredEntries) entries under the signed head",
            "root       \(report.root)",
            "entries    \(report.provenEntries) of \(report.entries) proven to be in it, \(report.decisions) of them decisions",
            "evidence   \(report.evidence) documents as their decisions name them"
                + (report.expiredEvidence > 0 ? ", \(report.expiredEvidence) had expired" : ""),
            "key        \(report.keys.isEmpty ? "none" : report.keys.joined(separator: "\n           "))",
        ]
        if !report.isKeyPinned { lines.append("           taken from the bundle itself; name the key that you trust with --key") }
        lines.append("")
        if report.holds { return lines + [style("everything holds", .green)] }
        lines.append(style("\(report.findings.count) finding\(report.findings.count == 1 ? "" : "s"); the first:", .red))
        return lines + report.findings.prefix(20).map { "  " + VerificationView.line($0) }
    }
}
