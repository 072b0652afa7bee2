import ArgumentParser
import ReleaseModel
import ReleaseServer
import ReportText

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Say who may call the API, and as what.",
        discussion: """
            Roles: admin (everything), operator (releases and policies), auditor (reads everything, changes nothing),
            intake (pushes log lines, nothing else).

              tidegate token create jenkins --role operator
              tidegate token revoke jenkins --reason "pipeline moved"
            """,
        subcommands: [TokenCreateCommand.self, TokenListCommand.self, TokenRevokeCommand.self])
}

struct TokenCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Create a named token; its secret is shown once, or written to a file of mode 0600.",
        discussion: "  tidegate token create jenkins --role operator --write jenkins.token")

    @Argument(help: "A name for it, as the history will show it.")
    var name: String

    @Option(help: "admin, operator, auditor or intake.")
    var role: String

    @Option(help: "Why; kept in the history.")
    var reason: String?

    @Option(help: ArgumentHelp("Write the secret to this file instead of printing it.", valueName: "file"))
    var write: String?

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func validate() throws {
        guard ["admin", "operator", "auditor", "intake"].contains(role) else {
            throw ValidationError("There is no role '\(role)'. Roles are admin, operator, auditor and intake.")
        }
    }

    func run() async throws {
        let created = try await connection.withClient {
            try await $0.createToken(CreateToken(name: name, role: role, reason: reason))
        }
        guard let write else {
            try output.print(created) { _ in [created.secret] }
            return
        }
        do {
            try DataFolder(".").writePrivately(created.secret + "\n", to: write)
        } catch {
            // The secret is nowhere else: without its file the token is of no use to anybody.
            try? await connection.withClient { try await $0.revokeToken(name, reason: "its file could not be written") }
            throw ReleaseError(
                .invalidInput, "the token file cannot be written; the token was revoked again", place: write,
                advice: "check the folder's rights")
        }
        try output.print(created.token) { _ in ["wrote the token '\(created.token.name)' to \(write)"] }
    }
}

struct TokenListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the tokens; secrets are not kept.", discussion: "  tidegate token list")

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let page = try await connection.withReader { try await $0.tokens() }
        try output.print(page) { Self.lines(of: page.items, $0) }
    }

    static func lines(of tokens: [TokenView], _ style: Style) -> [String] {
        var table = Table([.init("TOKEN"), .init("ROLE"), .init("CREATED"), .init("BY"), .init("STATE")])
        for token in tokens {
            table.add([
                .init(token.name), .init(token.role), .init(ReadingText.dateAndTime(token.createdAt)), .init(token.createdBy),
                token.revokedAt.map { .init("revoked \(ReadingText.dateAndTime($0))", .red) } ?? .init("valid", .green),
            ])
        }
        return table.lines(style)
    }
}

struct TokenRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Make a token worthless at once.",
        discussion: "  tidegate token revoke jenkins --reason \"pipeline moved\"")

    @Argument(help: "The token's name.")
    var name: String

    @Option(help: "Why; kept in the history.")
    var reason: String

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        try await connection.withClient { try await $0.revokeToken(name, reason: reason) }
        try output.print(["revoked": name]) { _ in ["revoked the token '\(name.printable)'"] }
    }
}
