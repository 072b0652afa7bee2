import ArgumentParser
import ReleaseModel
import ReleaseServer

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Read the history of decisions.",
        discussion: """
              tidegate audit list --release checkout-7
              tidegate audit show 118
              tidegate audit verify history.ndjson --key log.pub --anchor checkpoints
              tidegate audit prove --decision 118
              tidegate audit list --data ~/demo          # opens the folder's own database where no server runs
            """,
        subcommands: [
            AuditListCommand.self, AuditShowCommand.self, AuditVerifyCommand.self, AuditSnapshotCommand.self, AuditProveCommand.self,
            AuditKeysCommand.self,
        ])
}

struct AuditListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List decisions, oldest first.",
        discussion: "  tidegate audit list --release checkout-7 -o json")

    @Option(help: ArgumentHelp("Only decisions of this release.", valueName: "release"))
    var release: String?

    @Option(help: ArgumentHelp("Go on after this decision.", valueName: "number"))
    var after: Int64?

    @Option(help: "How many at most.")
    var limit = 100

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func validate() throws {
        guard (1...200).contains(limit) else { throw ValidationError("--limit is a number of 1 to 200.") }
    }

    func run() async throws {
        let page = try await connection.withReader { client in
            try await client.decisions(release, after: after.map { "\($0)" }, limit: limit)
        }
        try output.print(page) { Self.lines(of: page, $0) }
    }

    static func lines(of page: Page<DecisionView>, _ style: Style) -> [String] {
        guard !page.items.isEmpty else { return ["no decisions"] }
        var table = Table([
            .init("NUMBER", .right), .init("TIME"), .init("RELEASE"), .init("DECISION"), .init("STATE"), .init("WEIGHT"), .init("BECAUSE"),
            .init("BY"), .init("REASON"),
        ])
        for item in page.items {
            let decision = item.decision
            let before = decision.fromWeights.canary
            let after = decision.toWeights.canary
            table.add([
                .init("\(item.id)"), .init(ReadingText.dateAndTime(decision.time)), .init(item.release),
                .init(decision.kind.rawValue, ReadingText.ink(of: decision.kind)),
                .init(decision.from == decision.to ? decision.to.rawValue : "\(decision.from.rawValue) -> \(decision.to.rawValue)"),
                .init(before == after ? "\(after)" : "\(before) -> \(after)"), .init(decision.because),
                .init(ActorText.text(of: decision.actor)), .init(decision.reason),
            ])
        }
        return table.lines(style) + (page.next.map { ["more: --after \($0.printable)"] } ?? [])
    }
}

struct AuditShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Explain one decision: who, why, by which way through the tree, from which evidence.",
        discussion: "  tidegate audit show 118\n  tidegate audit show 118 -o json | jq .evidence")

    @Argument(help: "The number of the decision, as `audit list` shows it.")
    var decision: Int64

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let detail = try await connection.withReader { try await $0.decision(decision) }
        let columns = Invocation.current.console.columns
        try output.print(detail) { DecisionReport(detail: detail).lines(columns: columns, $0) }
    }
}
