import ArgumentParser
import PolicyLanguage
import ReleaseModel
import ReleaseServer
import ReportText

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Check, try, store and read policies.",
        discussion: """
              tidegate policy lint policies/demo/policy.yaml
              tidegate policy apply policies/demo/policy.yaml --reason "a longer first stage"
              tidegate policy show demo
              tidegate policy test checkout.rollout
            """,
        subcommands: [
            PolicyLintCommand.self, PolicyApplyCommand.self, PolicyListCommand.self, PolicyShowCommand.self, PolicyRulesCommand.self,
            PolicyTestCommand.self, PolicySimulateCommand.self, PolicyBacktestCommand.self, PolicyImportCommand.self,
        ])
}

struct PolicyApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Check a policy against the server's plugins and store it as a new version.",
        discussion: """
            Releases under way keep the version that they were started with.

              tidegate policy apply policies/demo/policy.yaml
            """)

    @Argument(help: ArgumentHelp("The policy, or - for standard input.", valueName: "file"))
    var file: String

    @Option(help: "Why; kept in the history.")
    var reason: String?

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let input = InputFile(file)
        let request = ApplyPolicy(source: try input.text(), place: input.place, reason: reason)
        let stored = try await connection.withClient { try await $0.applyPolicy(request) }
        try output.print(stored) { style in
            stored.warnings.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable } } + [
                "stored policy \(style(stored.name.printable, .bold)), version \(stored.version), sha256 \(stored.digest.prefix(12))"
            ]
        }
    }
}

struct PolicyListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the newest version of every policy.", discussion: "  tidegate policy list")

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let page = try await connection.withReader { try await $0.policies() }
        try output.print(page) { Self.lines(of: page.items, $0) }
    }

    static func lines(of policies: [PolicySummary], _ style: Style) -> [String] {
        guard !policies.isEmpty else { return ["no policies; store one with `tidegate policy apply FILE`"] }
        var table = Table([.init("POLICY"), .init("VERSION", .right), .init("DIGEST"), .init("APPLIED"), .init("BY")])
        for policy in policies {
            table.add([
                .init(policy.name), .init("\(policy.version)"), .init(String(policy.digest.prefix(12))),
                .init(ReadingText.dateAndTime(policy.appliedAt)), .init(ActorText.text(of: policy.appliedBy)),
            ])
        }
        return table.lines(style)
    }
}
