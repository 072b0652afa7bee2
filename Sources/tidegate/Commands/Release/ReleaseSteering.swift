import ArgumentParser
import ReleaseModel
import ReleaseServer
import ReportText

/// What every command that steers a release has in common.
struct SteeringOptions: ParsableArguments, Sendable {
    @Argument(help: "The release, or a service for its active one.")
    var release: String

    @Option(help: ArgumentHelp("For whom you act; recorded as claimed.", valueName: "who"))
    var onBehalfOf: String?

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    init() {}

    func issue(_ kind: Command.Kind, reason: String) async throws {
        let queued = try await connection.withClient { client in
            try await client.command(IssueCommand(kind: kind, reason: reason, onBehalfOf: onBehalfOf), to: release)
        }
        try output.print(queued) { style in
            [
                "asked \(style(release.printable, .bold)) to \(Self.words(for: kind)); follow it with: tidegate release watch \(release.printable)"
            ]
        }
    }

    private static func words(for kind: Command.Kind) -> String {
        switch kind {
        case .promoteFull: "go to 100%"
        case .promote: "go to the next stage"
        default: kind.rawValue
        }
    }
}

struct ReleasePauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Stop the growth; the weights stay, and a breach still rolls back.",
        discussion: "  tidegate release pause checkout --reason \"support reports odd totals\"")

    @Option(help: "Why; kept in the history.")
    var reason: String

    @OptionGroup
    var steering: SteeringOptions

    func run() async throws { try await steering.issue(.pause, reason: reason) }
}

struct ReleaseResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Go on with a paused release.", discussion: "  tidegate release resume checkout")

    @Option(help: "Why; kept in the history.")
    var reason = ""

    @OptionGroup
    var steering: SteeringOptions

    func run() async throws { try await steering.issue(.resume, reason: reason) }
}

struct ReleasePromoteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote", abstract: "Enter the next stage now, or go to 100% with --full.",
        discussion: """
              tidegate release promote checkout --reason "checked by hand"
              tidegate release promote checkout --full --reason "hot fix"
            """)

    @Flag(help: "Go to 100% at once.")
    var full = false

    @Option(help: "Why; kept in the history.")
    var reason: String

    @OptionGroup
    var steering: SteeringOptions

    func run() async throws { try await steering.issue(full ? .promoteFull : .promote, reason: reason) }
}

struct ReleaseAbortCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "abort", abstract: "Take all traffic off the new revision and end the release.",
        discussion: "  tidegate release abort checkout --reason \"wrong build\"")

    @Option(help: "Why; kept in the history.")
    var reason: String

    @OptionGroup
    var steering: SteeringOptions

    func run() async throws { try await steering.issue(.abort, reason: reason) }
}

struct ReleaseApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Let a release that awaits approval go on.",
        discussion: "  tidegate release approve checkout --reason \"looked at the dashboards\"")

    @Option(help: "Why; kept in the history.")
    var reason = ""

    @OptionGroup
    var steering: SteeringOptions

    func run() async throws { try await steering.issue(.approve, reason: reason) }
}

struct ReleaseRejectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Refuse the approval that a release waits for.",
        discussion: "  tidegate release reject checkout --reason \"not before the sale\"")

    @Option(help: "Why; kept in the history.")
    var reason: String

    @OptionGroup
    var steering: SteeringOptions

    func run() async throws { try await steering.issue(.reject, reason: reason) }
}
