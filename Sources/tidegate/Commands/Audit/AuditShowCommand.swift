import ArgumentParser

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
