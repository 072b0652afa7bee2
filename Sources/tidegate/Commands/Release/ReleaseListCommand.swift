import ArgumentParser
import ReleaseModel
import ReleaseServer
import ReportText

struct ReleaseListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List releases, newest first.",
        discussion: """
              tidegate release list --active
              tidegate release list --service checkout --state rolledBack,aborted -o json
            """)

    @Option(help: "Only releases of this service.")
    var service: String?

    @Option(help: "Only releases on this target.")
    var target: String?

    @Option(help: ArgumentHelp("Only releases in these states, separated by commas.", valueName: "states"))
    var state: String?

    @Flag(help: "Only releases that are under way.")
    var active = false

    @Option(help: "How many at most.")
    var limit = 20

    @Option(help: ArgumentHelp("Go on after this release; the end of a longer list says how.", valueName: "release"))
    var after: String?

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func validate() throws {
        guard (1...200).contains(limit) else { throw ValidationError("--limit is a number of 1 to 200.") }
        _ = try states()
    }

    private func states() throws -> [ReleaseState] {
        try (state ?? "").split(separator: ",").map { name in
            guard let state = ReleaseState(rawValue: String(name)) else {
                throw ValidationError(
                    "There is no state '\(name)'. States are \(ReleaseState.allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            return state
        }
    }

    func run() async throws {
        let page = try await connection.withReader { client in
            try await client.releases(
                service: service, target: target, states: try states(), activeOnly: active, limit: limit, after: after)
        }
        try output.print(page) { Self.lines(of: page, $0) }
    }

    static func lines(of page: Page<ReleaseSummary>, _ style: Style) -> [String] {
        guard !page.items.isEmpty else { return ["no releases"] }
        var table = Table([
            .init("RELEASE"), .init("SERVICE"), .init("REVISION"), .init("TARGET"), .init("STATE"), .init("WEIGHT", .right),
            .init("VERDICT"), .init("STARTED"), .init("BY"), .init("BECAUSE"),
        ])
        for item in page.items {
            let release = item.release
            table.add([
                .init(release.id), .init(release.service), .init(release.canaryText), .init(release.target),
                .init(release.state.rawValue, ReadingText.ink(of: release.state)),
                .init(release.canaryWeight.description),
                .init(item.verdict?.rawValue ?? "", item.verdict.map(ReadingText.ink(of:))),
                .init(ReadingText.dateAndTime(release.createdAt)), .init(ActorText.text(of: release.startedBy)),
                .init(item.lastDecision?.decision.because ?? ""),
            ])
        }
        return table.lines(style) + (page.next.map { ["more: --after \($0.printable)"] } ?? [])
    }
}
