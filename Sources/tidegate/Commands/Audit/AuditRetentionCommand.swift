import ArgumentParser
import ReleaseModel
import ReleaseServer
import ReportText

struct AuditRetentionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retention", abstract: "See or set how long evidence is kept; decisions are kept for ever.",
        discussion: """
              tidegate audit retention show
              tidegate audit retention set --evidence-months 24 --reason "contract of 2026"
            """,
        subcommands: [AuditRetentionShowCommand.self, AuditRetentionSetCommand.self], defaultSubcommand: AuditRetentionShowCommand.self)

    static func lines(of retention: RetentionView, _ style: Style) -> [String] {
        let oldest = retention.oldestEvidence.map { "the oldest is of \(ReadingText.dateAndTime($0))" } ?? "there is none yet"
        return [
            "evidence   kept for \(retention.evidenceMonths) months after its own; \(oldest)",
            "decisions  kept for ever, like every entry of the history",
            "holds      \(retention.holds) releases are under a legal hold",
        ]
    }
}

struct AuditRetentionShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "See how long evidence is kept.", discussion: "  tidegate audit retention show -o json")

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let retention = try await connection.withReader { try await $0.retention() }
        try output.print(retention) { AuditRetentionCommand.lines(of: retention, $0) }
    }
}

struct AuditRetentionSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Say for how many months evidence is kept from now on.",
        discussion: "  tidegate audit retention set --evidence-months 24 --reason \"contract of 2026\"")

    @Option(help: ArgumentHelp("1 to 1200, counted from the end of the evidence's own month.", valueName: "months"))
    var evidenceMonths: Int

    @Option(help: "Why; kept in the history.")
    var reason: String

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func validate() throws {
        guard (1...1200).contains(evidenceMonths) else { throw ValidationError("--evidence-months is a number of 1 to 1200.") }
    }

    func run() async throws {
        let retention = try await connection.withClient { try await $0.setRetention(evidenceMonths: evidenceMonths, reason: reason) }
        try output.print(retention) { AuditRetentionCommand.lines(of: retention, $0) }
    }
}
