import ArgumentParser
import Foundation
import PolicyLanguage
import ReleaseModel
import ReportText
import RolloutScripts

struct PolicyTestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run .rollout scripts: what happens to a release, and what must follow.",
        discussion: """
            A script names its policy, tells what is measured and what fails, and says what the release must do. It runs in milliseconds:
            the engine, the release loop and the scoring plugin are the real ones, only the world around them is simulated.
            docs/policy-testing.md describes the language. A folder stands for every script in it and below.

              tidegate policy test checkout.rollout
              tidegate policy test policies/ Tests/Scripts/
              tidegate policy test checkout.rollout -o json

            Exits 0 when everything holds, 1 when an expectation does not, 2 when a script or its policy cannot be read.
            """)

    @Argument(help: ArgumentHelp("Scripts, and folders of scripts.", valueName: "file"))
    var files: [String]

    @Flag(name: .shortAndLong, help: "Show the whole history of every script.")
    var verbose = false

    @Option(help: ArgumentHelp("Folder with the plugins; by default that of this program.", valueName: "folder"))
    var plugins: String?

    @OptionGroup
    var output: OutputOptions

    /// What `-o json` prints for each script.
    struct Report: Codable, Sendable {
        var script: String
        var holds: Bool
        var failures: [ScriptFailure]
        /// Why the script could not be run.
        var error: String?
        var history: [ScriptMoment]
    }

    func run() async throws {
        let scripts = try PolicyFiles.files(files, extensions: ["rollout"])
        let reports = try await LocalPlugins.with(plugins) { plugins in
            var reports: [Report] = []
            for script in scripts { reports.append(await Self.report(script, plugins)) }
            return reports
        }
        try output.print(reports) { style in reports.flatMap { lines(of: $0, style) } + [summary(of: reports, style)] }
        if reports.contains(where: { $0.error != nil }) { throw ExitCode(2) }
        if reports.contains(where: { !$0.holds }) { throw ExitCode(1) }
    }

    static func report(_ file: String, _ plugins: LocalPlugins) async -> Report {
        do {
            let script = try ScriptParser.parse(try InputFile(file).text(), name: InputFile(file).place)
            let folder = file == "-" ? "." : (file as NSString).deletingLastPathComponent
            let policy = try script.resolvedPolicy(signals: plugins.signals) { name in
                try PolicyFiles.policy(name, beside: folder.isEmpty ? "." : folder)
            }
            let fleet = script.load == nil ? nil : try await plugins.fleet(for: policy, withLogs: false)
            let outcome = try await ScriptRunner(script, policy: policy, descriptors: plugins.signals, evaluators: fleet).run()
            return Report(script: file, holds: outcome.holds, failures: outcome.failures, error: nil, history: outcome.history)
        } catch let error as ReleaseError {
            return Report(
                script: file, holds: false, failures: [], error: "\(error.place.map { "\($0): " } ?? "")\(error.reason)", history: [])
        } catch {
            return Report(script: file, holds: false, failures: [], error: "\(error)", history: [])
        }
    }

    // MARK: Lines

    private func lines(of report: Report, _ style: Style) -> [String] {
        if let error = report.error {
            return ["\(style("error", .bold, .red)) " + error.split(separator: "\n").map { String($0).printable }.joined(separator: "\n  ")]
        }
        let head = "\(report.holds ? style("ok", .green) : style("FAIL", .bold, .red))   \(report.script.printable)"
        if verbose, report.holds { return [head] + report.history.map { "       \($0.text.printable)" } }
        return [head] + report.failures.flatMap { lines(of: $0, in: report, style) }
    }

    private func lines(of failure: ScriptFailure, in report: Report, _ style: Style) -> [String] {
        let outcome = ScriptOutcome(script: report.script, failures: report.failures, history: report.history)
        let around = verbose ? report.history : outcome.history(around: failure)
        return [
            "  \(failure.script.printable):\(failure.line): expected \(style(failure.expected.printable, .bold))",
            "    got: \(failure.got.printable)",
        ]
            + around.map { moment in
                let mark = moment.at == failure.at ? style(">", .yellow) : " "
                return "      \(mark) \(moment.text.printable)"
            }
    }

    private func summary(of reports: [Report], _ style: Style) -> String {
        let failed = reports.count { !$0.holds && $0.error == nil }
        let unread = reports.count { $0.error != nil }
        var parts = ["\(reports.count { $0.holds }) of \(reports.count) scripts hold"]
        if failed > 0 { parts.append("\(failed) failed") }
        if unread > 0 { parts.append("\(unread) could not be run") }
        return parts.joined(separator: ", ")
    }
}
