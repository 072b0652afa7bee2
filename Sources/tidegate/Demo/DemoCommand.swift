import ArgumentParser
import Dispatch
import Foundation
import ReleaseModel

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "A gray release on real parts: private PostgreSQL, nginx, Prometheus, two revisions, users.",
        discussion: """
            A small service runs in two revisions behind nginx. Users send requests; the new revision gets more of them step by step
            and is judged from Prometheus and from its logs. One policy serves every scenario, and the controller is not told which
            one runs: a faulty revision is rolled back by the node of the tree that finds it, a healthy one is promoted.

              tidegate demo
              tidegate demo --scenario healthy --fast
              tidegate demo --scenario latency --fast -o json
              tidegate demo --data /tmp/tidegate && tidegate audit list --data /tmp/tidegate

            Everything that was started is stopped again, also on Ctrl-C.
            """)

    @Option(
        help: ArgumentHelp(
            "What the new revision does: \(DemoScenario.allCases.map(\.rawValue).joined(separator: ", ")).", valueName: "name"))
    var scenario = DemoScenario.errors

    @Flag(help: "Shorter stages: the whole demo ends within about two minutes.")
    var fast = false

    @Option(
        help: ArgumentHelp("Keep the database and the logs in this folder, to be opened again by serve and audit.", valueName: "folder"))
    var data: String?

    @Flag(help: "Keep the temporary folder with the database and the logs.")
    var keep = false

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let invocation = Invocation.current
        let folder = DataFolder(data ?? Self.temporaryFolder())
        let isKept = keep || data != nil
        let demo = DemoRun(
            scenario: scenario, isFast: fast, folder: folder, isKept: isKept, format: output.format, invocation: invocation)
        let task = Task { try await demo.run() }
        let signals = Self.stop(task, on: [SIGINT, SIGTERM, SIGHUP])
        defer {
            for source in signals { source.cancel() }
            if !isKept { try? FileManager.default.removeItem(atPath: folder.path) }
        }
        let summary = try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
        try output.print(summary) { summary.lines($0) }
        guard summary.finalState.rawValue == scenario.expectedEnd else { throw ExitCode(1) }
    }

    private static func temporaryFolder() -> String { "/tmp/tidegate-demo-\(ProcessInfo.processInfo.processIdentifier)" }

    /// Cancels the task when one of the signals arrives; a second one changes nothing, since stopping is already under way.
    private static func stop(_ task: Task<DemoSummary, any Error>, on signals: [Int32]) -> [any DispatchSourceSignal] {
        signals.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { task.cancel() }
            source.resume()
            return source
        }
    }
}
