import PolicyImport
import PolicyLanguage
import ReportText

/// The report of an import for people.
struct ImportView {
    let report: PolicyImportCommand.Report
    let showsEverything: Bool

    func lines(_ style: Style) -> [String] {
        remarkLines(style) + fileLines(style) + policyLines(style) + [summary(style)]
    }

    private func remarkLines(_ style: Style) -> [String] {
        report.remarks.filter { showsEverything || $0.outcome != .elsewhere }.map { remark in
            let ink: Style.Ink =
                switch remark.outcome {
                case .dropped: .red
                case .adapted: .yellow
                case .carried, .elsewhere: .dim
                }
            let word = remark.outcome == .dropped ? "no equal" : remark.outcome.rawValue
            let count = remark.fields > 1 ? " (\(remark.fields) fields)" : ""
            return
                "\(remark.file.printable):\(remark.line): \(style(word, ink)) \(remark.field.printable)\(count): \(remark.reason.printable)"
        }
    }

    private func fileLines(_ style: Style) -> [String] {
        var table = Table([
            .init("FILE"), .init("MANIFESTS"), .init("CARRIED", .right), .init("ADAPTED", .right), .init("NO EQUAL", .right),
            .init("SHARE", .right), .init("ELSEWHERE", .right),
        ])
        for file in report.files {
            let what =
                if let problem = file.problem { Table.Cell("cannot be read: \(problem)", .red) } else if file.manifests.isEmpty {
                    Table.Cell(file.others.isEmpty ? "none" : "none of this format: \(file.others.joined(separator: ", "))", .dim)
                } else { Table.Cell(file.manifests.joined(separator: ", ")) }
            table.add([
                .init(file.file), what, .init("\(file.counts.carried)"), .init("\(file.counts.adapted)"), .init("\(file.counts.dropped)"),
                .init(Self.percent(file.counts.share)), .init("\(file.counts.elsewhere)"),
            ])
        }
        return [""] + table.lines(style)
    }

    private func policyLines(_ style: Style) -> [String] {
        [""]
            + report.policies.flatMap { entry in
                let errors = entry.findings.filter { $0.severity == .error }
                let warnings = entry.findings.count { $0.severity == .warning }
                let lint =
                    errors.isEmpty
                    ? style("lint ok", .green) + (warnings > 0 ? ", \(warnings) warning\(warnings == 1 ? "" : "s")" : "")
                    : style("\(errors.count) lint errors", .red)
                let place = entry.writtenTo.map { " -> \($0.printable)" } ?? ""
                return ["policy \(style(entry.policy.name.printable, .bold)) from \(entry.policy.source.printable)\(place): \(lint)"]
                    + errors.flatMap { $0.description.split(separator: "\n").map { "  \(String($0).printable)" } }
            }
    }

    private func summary(_ style: Style) -> String {
        let counts = report.counts
        let inAll = counts.ofRelease + counts.elsewhere
        guard inAll > 0 else { return "nothing was imported: the files hold no manifest of this format" }
        return
            "\(style(Self.percent(counts.share), .bold)) of \(counts.ofRelease) fields about releases carried over"
            + " (\(counts.carried) as they are, \(counts.adapted) adapted, \(counts.dropped) without an equal);"
            + " \(counts.elsewhere) of \(inAll) fields are about workload and data plane"
    }

    private static func percent(_ share: Double?) -> String {
        guard let share else { return "-" }
        // Rounded down, so that 100% means all of them.
        return "\(Double(Int(share * 1000)) / 10)%"
    }
}
