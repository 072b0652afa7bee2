import ArgumentParser
import ReleaseModel
import ReleaseServer

struct ReleaseStartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start a gray release of a service.",
        discussion: """
            The revision's servers must be known to the target (`tidegate target apply`). An unfinished release of the same service is
            superseded: it goes back to weight 0 first.

              tidegate release start checkout --to v42 --policy checkout --reason "new basket" --ticket SHOP-117
            """)

    @Argument(help: "The service to release.")
    var service: String

    @Option(help: ArgumentHelp("The new revision.", valueName: "revision"))
    var to: String

    @Option(help: ArgumentHelp("The policy to follow, by name or digest.", valueName: "name"))
    var policy: String

    @Option(help: ArgumentHelp("The data plane; needed where several carry the service.", valueName: "name"))
    var target: String?

    @Option(help: "Why this is released; kept in the history.")
    var reason: String

    @OptionGroup(title: "What started it")
    var provenance: ProvenanceOptions

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let release = try await connection.withClient { client in
            try await client.start(
                StartRelease(
                    service: service, to: to, policy: policy, target: target, reason: reason, provenance: provenance.provenance,
                    onBehalfOf: provenance.onBehalfOf))
        }
        try output.print(release) { style in
            [
                "started \(style(release.id.printable, .bold)): \(release.service.printable) to \(to.printable) on \(release.target.printable)",
                "  follow it with: tidegate release watch \(release.id.printable)",
            ]
        }
    }
}

/// What started a release, as the caller states it.
struct ProvenanceOptions: ParsableArguments, Sendable {
    @Option(help: "Ticket of the change.")
    var ticket: String?

    @Option(help: ArgumentHelp("Address of the build.", valueName: "url"))
    var buildURL: String?

    @Option(help: "Commit that was built.")
    var commit: String?

    @Option(help: ArgumentHelp("Digest of the artifact.", valueName: "digest"))
    var artifact: String?

    @Option(help: ArgumentHelp("Trace id of the pipeline.", valueName: "id"))
    var trace: String?

    @Option(help: ArgumentHelp("For whom you act; recorded as claimed.", valueName: "who"))
    var onBehalfOf: String?

    init() {}

    var provenance: Provenance {
        Provenance(ticket: ticket, buildURL: buildURL, commit: commit, artifactDigest: artifact, traceID: trace)
    }
}
