import ArgumentParser
import LogMining
import ReleaseModel
import ReportText

struct LogsCompareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compare", abstract: "Show how two log files differ.",
        discussion: """
            Mines both files and ranks their templates by the evidence that they are written at another rate, each file's events taken as \
            its length: new, gone, more, less, and "same" where the counts do not tell. ln E is the evidence; with the default alpha any \
            template is called different in at most one of a hundred pairs in which nothing differs.

              tidegate logs compare stable.log canary.log
              tidegate logs compare yesterday.log today.log --all -o json
            """)

    @Argument(help: ArgumentHelp("The log to compare with, or - for standard input.", valueName: "before"))
    var before: String

    @Argument(help: ArgumentHelp("The log to judge, or - for standard input.", valueName: "after"))
    var after: String

    @Option(help: "Chance of calling any template different where nothing differs.")
    var alpha = LogDifferences.standardAlpha

    @Flag(help: "Show the templates that do not differ, too.")
    var all = false

    @OptionGroup
    var output: OutputOptions

    func validate() throws {
        guard alpha > 0, alpha <= 0.5 else { throw ValidationError("--alpha is above 0 and at most 0.5, such as 0.01") }
        guard before != "-" || after != "-" else { throw ValidationError("only one of the two can be standard input") }
    }

    func run() throws {
        var mining = FileMining()
        try mining.read(before)
        try mining.read(after)
        let (before, after) = (mining.files[0], mining.files[1])
        let differences = LogDifferences(
            mining.rows.map { ($0.template, before: $0.counts[0], after: $0.counts[1]) }, before: before.events, after: after.events,
            alpha: alpha)
        let report = Report(
            before: before, after: after, threshold: differences.threshold,
            differences: all ? differences.ranked : differences.ranked.filter { $0.change != .same }, templates: differences.ranked.count)
        try output.print(report) { style in report.lines(style) }
    }

    struct Report: Encodable {
        var before: FileMining.Figures
        var after: FileMining.Figures
        /// ln of the e-value from which on a template differs.
        var threshold: Double
        var differences: [LogDifference]
        /// Templates of both files together.
        var templates: Int

        func lines(_ style: Style) -> [String] {
            var table = Table([
                .init("change"), .init("before", .right), .init("after", .right), .init("ratio", .right), .init("ln E", .right),
                .init("severity"), .init("template"),
            ])
            for one in differences {
                table.add([
                    .init(one.change.rawValue, one.change.ink), "\(one.before)", "\(one.after)",
                    .init(AnalysisView.figure(one.ratio, "%.2f")), .init(AnalysisView.figure(one.logE, "%.1f")),
                    .init(one.severity.rawValue, one.severity.ink), .init(one.text),
                ])
            }
            if let empty = [before, after].first(where: { $0.events == 0 }) {
                return ["nothing to compare: there are no events in \(empty.file.printable)"]
            }
            let differing = differences.count { $0.change != .same }
            return (differences.isEmpty ? [] : table.lines(style))
                + [
                    "\(differing) of \(templates) templates differ (ln E at least \(AnalysisView.figure(threshold, "%.1f"))) "
                        + "between \(before.events) and \(after.events) events"
                ]
        }
    }
}

extension LogDifference.Change {
    var ink: Style.Ink? {
        switch self {
        case .new, .more: .red
        case .gone, .less: .yellow
        case .same: nil
        }
    }
}
