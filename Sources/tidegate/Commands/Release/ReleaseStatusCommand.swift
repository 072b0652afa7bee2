import ArgumentParser
import ReleaseModel
import ReleaseServer
import ReportText

struct ReleaseStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say in one line how a release stands, or wait for its end.",
        discussion: """
            Exit status: 0 promoted (or under way and healthy, without --wait), 2 a person is needed (paused, awaiting approval),
            3 rolled back, aborted or superseded, 4 timed out or undecided, 1 an error, 64 a command line that is not understood.

              tidegate release status checkout --wait --timeout 45m
            """)

    @Argument(help: "The release, or a service for its newest one.")
    var release: String

    @Flag(help: "Wait until the release has ended or needs a person.")
    var wait = false

    @Option(help: ArgumentHelp("With --wait: how long at most, such as 30s or 1h30m.", valueName: "time"))
    var timeout: String?

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    /// What `-o json` prints.
    struct Shown: Codable, Sendable {
        var release: ReleaseID
        var state: ReleaseState
        var result: ReleaseVerdict
        var verdict: Verdict?
        var weight: Weight
        var observedWeight: Weight?
        var because: String?
        /// When it will end at the present traffic; null where nothing can be said.
        var forecast: Forecast?
        var timedOut: Bool
    }

    func validate() throws {
        if timeout != nil, !wait { throw ValidationError("--timeout goes with --wait.") }
        if let timeout, TimeSpan(timeout) == nil { throw ValidationError("'\(timeout)' is not a length of time such as 30s or 1h30m.") }
    }

    func run() async throws {
        let limit = timeout.flatMap { TimeSpan($0) }.map { Duration.microseconds($0.microseconds) }
        let (detail, timedOut) = try await connection.withClient { client in
            try await ReleaseWait(client: client).end(of: release, waits: wait, within: limit)
        }
        let evaluated = ReleaseVerdict(state: detail.release.state, verdict: detail.evaluation?.verdict)
        // Whoever waits wants the end: health on the way is not enough, and neither is a retreat that is not confirmed.
        let isShort = timedOut || (wait && !detail.release.state.isFinal && evaluated == .healthy)
        let result = isShort ? .undecided : evaluated
        try output.print(
            Shown(
                release: detail.release.id, state: detail.release.state, result: result, verdict: detail.evaluation?.verdict,
                weight: detail.release.canaryWeight, observedWeight: detail.progress?.observed?.canary,
                because: detail.lastDecision?.decision.because,
                forecast: detail.release.state.isFinal ? nil : detail.evaluation?.forecast, timedOut: timedOut)
        ) { [Self.line(for: detail, timedOut: timedOut, $0)] }
        if result.exitCode != .success { throw result.exitCode }
    }

    static func line(for detail: ReleaseDetail, timedOut: Bool, _ style: Style) -> String {
        let release = detail.release
        var parts = [
            style(release.id.printable, .bold), style(release.state.rawValue, .bold, ReadingText.ink(of: release.state)),
            "weight \(release.canaryWeight)",
        ]
        if let verdict = detail.evaluation?.verdict, !release.state.isFinal {
            parts.append(style(verdict.rawValue, ReadingText.ink(of: verdict)))
        }
        if let because = detail.lastDecision?.decision.because { parts.append("because \"\(because.printable)\"") }
        if let left = detail.evaluation?.forecast?.releaseLeft, !release.state.isFinal {
            parts.append("about \(ReadingText.span(left)) left")
        }
        if timedOut { parts.append(style("(timed out)", .yellow)) }
        return parts.joined(separator: "  ")
    }
}
