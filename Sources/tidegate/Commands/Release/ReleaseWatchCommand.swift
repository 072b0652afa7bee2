import ArgumentParser
import ReleaseModel
import ReleaseServer

struct ReleaseWatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch", abstract: "Follow a release until it ends.",
        discussion: """
            On a terminal the view is redrawn in place; otherwise one line is printed for each decision and each judged window, and with
            -o json one JSON object. The exit status is that of `release status`.

              tidegate release watch checkout
              tidegate release watch checkout-7 -o json | jq .
            """)

    @Argument(help: "The release, or a service for its newest one.")
    var release: String

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let verdict = try await connection.withClient { client in
            try await ReleaseWatch(client: client, console: Invocation.current.console, format: output.format).run(release)
        }
        if verdict.exitCode != .success { throw verdict.exitCode }
    }
}
