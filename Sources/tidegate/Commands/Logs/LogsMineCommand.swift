import ArgumentParser
import LogMining
import ReleaseModel

struct LogsMineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mine", abstract: "Find the templates of a log file.",
        discussion: """
            Reads a log file in one pass, without a server, and prints its templates with their counts, the most frequent first.

              tidegate logs mine app.log
              tidegate logs mine app.log --assignments    # one template id for each line
              journalctl -u app -o cat | tidegate logs mine - -o json
            """)

    @Argument(help: ArgumentHelp("The log file, or - for standard input.", valueName: "file"))
    var file: String

    @Flag(help: "Print the template id of each line instead.")
    var assignments = false

    @OptionGroup
    var output: OutputOptions

    func run() throws {
        var miner = LogMiner()
        var counts: [String: Int] = [:]
        var ids: [String] = []
        try LogFile(file).forEachLine { bytes in
            let id = miner.add(String(decoding: bytes, as: UTF8.self)).template.id
            if assignments { ids.append(id) } else { counts[id, default: 0] += 1 }
        }
        if assignments {
            Invocation.current.console.lines(ids)
            return
        }
        let rows = miner.templates.map { Row($0, count: counts[$0.id] ?? 0) }.sorted { $0.count > $1.count }
        try output.print(rows) { style in
            var table = Table([.init("lines", .right), .init("severity"), .init("id"), .init("template")])
            for row in rows { table.add(["\(row.count)", .init(row.severity), .init(row.id), .init(row.text)]) }
            return table.lines(style)
        }
    }

    struct Row: Encodable {
        var id: String
        var text: String
        var severity: String
        var count: Int

        init(_ template: LogTemplate, count: Int) {
            id = template.id
            text = template.text
            severity = template.severity.rawValue
            self.count = count
        }
    }
}
