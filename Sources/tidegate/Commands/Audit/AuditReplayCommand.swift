import ArgumentParser
import DecisionReplay
import Logging
import PluginHost
import ReleaseModel

struct AuditReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Make decisions again from their evidence, and show the first difference.",
        discussion: """
              tidegate audit replay 118
              tidegate audit replay --release checkout-7
              tidegate audit replay --bundle checkout-7.zip
              tidegate audit replay --from 2026-10-01 --to 2027-01-01 --plugins /opt/tidegate/plugins-2026-10

            The engine must come to exactly the recorded decision. A plugin is run on the recorded samples, by the very file that
            was used then (its SHA-256 is recorded), and must agree to 1e-9; where that file is not at hand, the report says so.
            Exits 0 where all agree, 1 where something differs, 2 where nothing differs but not everything could be replayed.
            """)

    @Argument(help: "The number of one decision, as `audit list` shows it; without it all that the options name.")
    var decision: Int64?

    @OptionGroup(title: "Which")
    var filter: AuditFilterOptions

    @Option(help: ArgumentHelp("Folder with the plugins of that time; by default those beside this program.", valueName: "folder"))
    var plugins: String?

    @Option(help: ArgumentHelp("Replay an evidence bundle; no server is asked.", valueName: "file"))
    var bundle: String?

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func validate() throws {
        guard filter.entryKinds.isEmpty else { throw ValidationError("Decisions are replayed; --kind names kinds of decisions here.") }
        let isFiltered = filter.query().contains { $0.1 != nil }
        guard decision == nil || !isFiltered else { throw ValidationError("Name one decision, or say which, not both.") }
        guard bundle == nil || (decision == nil && !isFiltered) else { throw ValidationError("A bundle is replayed whole.") }
    }

    private func replay(with plugins: ReplayPlugins) async throws -> ReplaySummary {
        if let bundle { return try await ReplayRun.all(of: BundleReplaySource(path: bundle), plugins: plugins) }
        return try await connection.withReader { client in
            if let decision { return try await ReplayRun.one(decision, of: client, plugins: plugins) }
            return try await ReplayRun.all(filter.query(otherwise: ["decision"]), of: client, plugins: plugins)
        }
    }

    func run() async throws {
        let host = PluginHost(folder: plugins, logger: Logger(label: "tidegate.replay") { _ in SwiftLogNoOpLogHandler() })
        let summary: ReplaySummary
        do {
            summary = try await replay(with: ReplayPlugins(host: host))
        } catch {
            await host.shutDown()
            throw error
        }
        await host.shutDown()
        try output.print(summary) { ReplayView(summary: summary).lines($0) }
        if summary.differ > 0 { throw ExitCode(1) }
        if !summary.isWhole { throw ExitCode(2) }
    }
}
