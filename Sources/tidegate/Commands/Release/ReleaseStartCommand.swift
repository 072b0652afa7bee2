import ArgumentParser
import ReleaseModel
import ReleaseServer
import ReportText

struct ReleaseStartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Start a gray release of a service.",
        discussion: """
            The revision's servers must be known to the target (`tidegate target apply`). An unfinished release of the same service is
            superseded: it goes back to weight 0 first. One that is --irreversible and under way keeps its place, and the start is refused.

              tidegate release start checkout --to v42 --policy checkout --reason "new basket" --ticket SHOP-117

            Where the policy shares traffic among several arms, each gets a revision:

              tidegate release start checkout --arm a=v43 --arm b=v44 --policy basket-test --reason "which basket"

            A release with a migration that the stable revision cannot live with is not rolled back: where the tree would, it freezes
            (the weights stay, nothing grows, people are called). Aborting it is still a person's choice.

              tidegate release start checkout --to v42 --policy checkout --reason "new schema" --irreversible
            """)

    @Argument(help: "The service to release.")
    var service: String

    @Option(help: ArgumentHelp("The new revision.", valueName: "revision"))
    var to: String?

    @Option(
        name: .customLong("arm"), help: ArgumentHelp("An arm of the policy and its revision; may be repeated.", valueName: "arm=revision"))
    var arms: [ArmOption] = []

    @Option(help: ArgumentHelp("The policy to follow, by name or digest.", valueName: "name"))
    var policy: String

    @Option(help: ArgumentHelp("The data plane; needed where several carry the service.", valueName: "name"))
    var target: String?

    @Option(help: "Why this is released; kept in the history.")
    var reason: String

    @Flag(help: "The change cannot be taken back: freeze where the tree would roll back.")
    var irreversible = false

    @OptionGroup(title: "What started it")
    var provenance: ProvenanceOptions

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func validate() throws {
        if to == nil, arms.isEmpty { throw ValidationError("name the revision to release: --to v42 (or --arm a=v43 --arm b=v44)") }
        if to != nil, !arms.isEmpty { throw ValidationError("--to is one canary, --arm are the arms that the policy names: not both") }
    }

    func run() async throws {
        let release = try await connection.withClient { client in
            try await client.start(
                StartRelease(
                    service: service, to: to, arms: arms.isEmpty ? nil : arms.map(\.arm), policy: policy, target: target, reason: reason,
                    provenance: provenance.provenance,
                    onBehalfOf: provenance.onBehalfOf, irreversible: irreversible ? true : nil))
        }
        try output.print(release) { style in release.startedLines(style) }
    }
}

extension Release {
    /// What is said about a release that was just accepted.
    func startedLines(_ style: Style) -> [String] {
        [
            "started \(style(id.printable, .bold)): \(service.printable) to \(canaryText.printable) on \(target.printable)",
            "  follow it with: tidegate release watch \(id.printable)",
        ]
    }
}

/// `a=v43`: an arm of the policy and the revision that it runs.
struct ArmOption: ExpressibleByArgument, Sendable {
    let arm: ArmRevision

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
        arm = ArmRevision(name: String(parts[0]), revision: String(parts[1]))
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
