import ArgumentParser
import PluginHost
import PluginKit
import PolicyLanguage
import Predicates
import ReleaseModel
import RolloutEngine

struct PolicyLintCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Check policies without a server; exits 1 when one has errors.",
        discussion: """
            The signals that a tree may read, and the settings that plugins take, come from the plugins in the plugin folder; each is
            described in a process of its own. Without plugins, names of signals are not checked.

              tidegate policy lint policies/*/policy.yaml
              tidegate policy lint --explain checkout.yaml
            """)

    @Argument(help: ArgumentHelp("Policies; - is standard input.", valueName: "file"))
    var files: [String]

    @Flag(help: "Say of each finding why it matters.")
    var explain = false

    @Option(help: ArgumentHelp("Folder with the plugins; by default that of this program.", valueName: "folder"))
    var plugins: String?

    @OptionGroup
    var output: OutputOptions

    /// What `-o json` prints for each file.
    struct Report: Codable, Sendable {
        var file: String
        var policy: String?
        var findings: [Finding]

        var hasErrors: Bool { findings.contains { $0.severity == .error } }
    }

    func run() async throws {
        let schema = try await schema()
        let reports = try files.map { file in
            let input = InputFile(file)
            let (policy, findings) = PolicyParser.parse(try input.text(), file: input.place, signals: schema)
            return Report(file: input.place, policy: policy?.name, findings: findings)
        }
        try output.print(reports) { style in reports.flatMap { lines(of: $0, style) } }
        if reports.contains(where: \.hasErrors) { throw ExitCode(1) }
    }

    /// The signals of the plugins in the folder; nil where there are none.
    private func schema() async throws -> SignalSchema? {
        let host = PluginHost(folder: plugins, logger: .quiet)
        var signals: [SignalDescriptor] = []
        do {
            for file in try host.find() { signals += (try? await host.inspect(file.path))?.descriptor.signals ?? [] }
        } catch {
            // A folder that was named must be there; that of the program may hold no plugins.
            if plugins != nil {
                await host.shutDown()
                throw error
            }
        }
        await host.shutDown()
        return signals.isEmpty ? nil : SignalSchema(signals + RollbackTree.ownSignals)
    }

    private func lines(of report: Report, _ style: Style) -> [String] {
        guard !report.findings.isEmpty else {
            return ["\(report.file): \(style("ok", .green)) (policy \(report.policy?.printable ?? "?"))"]
        }
        return report.findings.flatMap { finding in
            let text = finding.description.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
            return explain && !finding.explanation.isEmpty ? text + ["  " + style(finding.explanation.printable, .dim)] : text
        }
    }
}
