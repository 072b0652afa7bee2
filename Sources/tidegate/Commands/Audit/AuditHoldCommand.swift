import ArgumentParser
import ReleaseModel
import ReleaseServer
import ReportText

struct AuditHoldCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold", abstract: "Keep the evidence of a release beyond its retention.",
        discussion: """
              tidegate audit hold place checkout-7 --reason "case 2026-17"
              tidegate audit hold list
              tidegate audit hold lift checkout-7 --reason "case closed"
            """,
        subcommands: [AuditHoldPlaceCommand.self, AuditHoldLiftCommand.self, AuditHoldListCommand.self])
}

struct AuditHoldPlaceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "place", abstract: "Place a legal hold: the release's evidence stays until it is lifted.",
        discussion: "  tidegate audit hold place checkout-7 --reason \"case 2026-17\"")

    @Argument(help: "The release.")
    var release: String

    @Option(help: "Why; kept in the history.")
    var reason: String

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let hold = try await connection.withClient { try await $0.placeHold(release, reason: reason) }
        try output.print(hold) { _ in ["the evidence of \(hold.release.printable) is kept until the hold is lifted"] }
    }
}

struct AuditHoldLiftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lift", abstract: "Lift a legal hold: what is older than its retention goes at the next housekeeping.",
        discussion: "  tidegate audit hold lift checkout-7 --reason \"case closed\"")

    @Argument(help: "The release.")
    var release: String

    @Option(help: "Why; kept in the history.")
    var reason: String

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        try await connection.withClient { try await $0.liftHold(release, reason: reason) }
        try output.print(["lifted": release]) { _ in ["lifted the hold on \(release.printable)"] }
    }
}

struct AuditHoldListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the releases under a legal hold.", discussion: "  tidegate audit hold list -o json")

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let page = try await connection.withReader { try await $0.holds() }
        try output.print(page) { Self.lines(of: page.items, $0) }
    }

    static func lines(of holds: [HoldView], _ style: Style) -> [String] {
        guard !holds.isEmpty else { return ["no release is under a legal hold"] }
        var table = Table([.init("RELEASE"), .init("SINCE"), .init("BY"), .init("REASON")])
        for hold in holds {
            table.add([
                .init(hold.release), .init(ReadingText.dateAndTime(hold.placedAt)), .init(ActorText.text(of: hold.placedBy)),
                .init(hold.reason),
            ])
        }
        return table.lines(style)
    }
}
