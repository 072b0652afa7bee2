import ArgumentParser
import ReleaseModel
import ReleaseServer

struct ReleaseRetryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry",
        abstract: "Try a release again that has ended.",
        discussion: """
            The new release has the same revisions, target and salt, so that everybody who was on the new revision comes back to it first;
            and the newest version of the same policy.

              tidegate release retry checkout-7 --reason "the database index is there now"
            """)

    @Argument(help: ArgumentHelp("The release that has ended.", valueName: "release"))
    var earlier: String

    @Option(help: ArgumentHelp("Another policy to follow, by name or digest.", valueName: "name"))
    var policy: String?

    @Option(help: "Why it is tried again; kept in the history.")
    var reason: String

    @OptionGroup(title: "What started it")
    var provenance: ProvenanceOptions

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let release = try await connection.withClient { client in
            let ended = try await client.release(earlier).release
            return try await client.start(
                StartRelease(
                    service: ended.service, retryOf: ended.id, policy: policy, reason: reason, provenance: provenance.provenance,
                    onBehalfOf: provenance.onBehalfOf))
        }
        try output.print(release) { style in release.startedLines(style) }
    }
}
