import ArgumentParser
import LogMining
import ReleaseModel

struct LogsMineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mine", abstract: "Find the templates of a log file.",
        discussion: """
            Reads a log file in one pass, without a server, and prints its templates with the number of their events, the most frequent \
            first. A stack trace is one event with the line before it. Any bytes will do; lines over 64 KiB are cut.

              tidegate logs mine app.log
              tidegate logs mine app.log --limit 20
              tidegate logs mine app.log --assignments    # one template id for each line
              journalctl -u app -o cat | tidegate logs mine - -o json
            """)

    /// Lines of ids that are written at once.
    static let idsAtOnce = 4096

    @Argument(help: ArgumentHelp("The log file, or - for standard input.", valueName: "file"))
    var file: String

    @Flag(help: "Print the template id of each line instead, as it is known at the end.")
    var assignments = false

    @Option(help: "Rows of the table; 0 for all. JSON has all of them.")
    var limit = 0

    @OptionGroup
    var output: OutputOptions

    func validate() throws {
        guard limit >= 0 else { throw ValidationError("--limit is 0 or more") }
        guard !assignments || output.format == .table else { throw ValidationError("--assignments prints lines; leave -o json out") }
    }

    func run() throws {
        var mining = FileMining(keepsAssignments: assignments)
        try mining.read(file)
        if assignments { return Self.print(assignments: mining) }
        let report = Report(mining)
        try output.print(report) { style in report.lines(style, limit: limit) }
    }

    private static func print(assignments mining: FileMining) {
        let console = Invocation.current.console
        var waiting: [String] = []
        mining.forEachAssignment { id in
            waiting.append(id)
            if waiting.count == Self.idsAtOnce {
                console.lines(waiting)
                waiting.removeAll(keepingCapacity: true)
            }
        }
        console.lines(waiting)
    }

    struct Report: Encodable {
        struct Template: Encodable {
            var id: String
            var text: String
            var severity: LogSeverity
            var exceptionClass: String?
            var aliases: [String]?
            var count: Int
        }

        var figures: FileMining.Figures
        var templates: [Template]

        init(_ mining: FileMining) {
            figures = mining.files[0]
            templates = mining.rows.map { row in
                Template(
                    id: row.template.id, text: row.template.text, severity: row.template.severity,
                    exceptionClass: row.template.exceptionClass, aliases: row.template.aliases.isEmpty ? nil : row.template.aliases,
                    count: row.counts[0])
            }
        }

        func lines(_ style: Style, limit: Int) -> [String] {
            var table = Table([.init("events", .right), .init("severity"), .init("id"), .init("template")])
            let shown = limit == 0 ? templates[...] : templates.prefix(limit)
            for template in shown {
                table.add([
                    "\(template.count)", .init(template.severity.rawValue, template.severity.ink), .init(template.id, .dim),
                    .init(template.text),
                ])
            }
            var summary = "\(templates.count) templates in \(figures.events) events on \(figures.lines) lines"
            if figures.cutLines > 0 { summary += "; \(figures.cutLines) lines were cut for their length" }
            if shown.count < templates.count { summary += "; the first \(shown.count) are shown" }
            return (templates.isEmpty ? [] : table.lines(style)) + [summary]
        }
    }
}

extension LogSeverity {
    /// How a terminal shows it.
    var ink: Style.Ink? {
        switch self {
        case .trace, .debug: .dim
        case .info: nil
        case .warn: .yellow
        case .error, .fatal: .red
        }
    }
}
