import ArgumentParser
import Foundation
import PolicyLanguage
import Predicates
import ReleaseModel
import RolloutScripts

struct PolicyBacktestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backtest", abstract: "Replay a policy over past releases: which would have ended otherwise?",
        discussion: """
            The real engine goes through the recorded signals of each release, window by window, under the new policy. What was not
            recorded is missing and said so. Windows are kept for two weeks; a recording that was saved can be replayed later.

              tidegate policy backtest checkout.yaml --release checkout-7
              tidegate policy backtest checkout.yaml --since 7d
              tidegate policy backtest checkout.yaml --since 14d --save november.json
              tidegate policy backtest checkout.yaml --bundle november.json -o json

            Exits 0, or 3 when --strict is given and a release would have ended otherwise.
            """)

    @Argument(help: ArgumentHelp("The policy, or - for standard input.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("This release; may be given several times.", valueName: "release"))
    var release: [String] = []

    @Option(help: ArgumentHelp("Releases that are over and began after this time, or within this long: 7d.", valueName: "time"))
    var since: String?

    @Option(help: ArgumentHelp("Recordings that --save wrote, instead of a server's.", valueName: "file"))
    var bundle: String?

    @Option(help: ArgumentHelp("Write the recordings into this file.", valueName: "file"))
    var save: String?

    @Flag(help: "Exit 3 when a release would have ended otherwise.")
    var strict = false

    @Option(help: ArgumentHelp("Folder with the plugins, for the signals; by default that of this program.", valueName: "folder"))
    var plugins: String?

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    /// What `-o json` prints.
    struct Report: Codable, Sendable {
        var policy: String
        var results: [BacktestResult]
    }

    static let maximumBundleBytes = 1 << 30

    func validate() throws {
        guard bundle == nil || (release.isEmpty && since == nil) else {
            throw ValidationError("--bundle has its releases in it; --release and --since ask a server.")
        }
        guard bundle != nil || !release.isEmpty || since != nil else {
            throw ValidationError("Name releases with --release, --since or --bundle.")
        }
        if let since {
            guard Self.time(since, now: Timestamp(microseconds: 0)) != nil else {
                throw ValidationError("--since is a time such as 2026-11-01T00:00:00Z, or a length of time such as 7d.")
            }
        }
    }

    func run() async throws {
        let input = InputFile(file)
        let text = try input.text()
        let signals = try await LocalPlugins.with(plugins) { $0.signals }
        let policy = try PolicyParser.policy(text, file: input.place, signals: SignalSchema(signals + LocalPlugins.ownSignals))
        let recordings = try await recordings()
        if let save {
            let data = Data(try JSONOutput.line(of: recordings).utf8)
            guard FileManager.default.createFile(atPath: save, contents: data) else {
                throw ReleaseError(.forbidden, "the recordings cannot be written", place: save)
            }
        }
        let backtest = try Backtest(policy, signals: signals)
        let report = Report(policy: policy.name, results: recordings.map(backtest.run))
        try output.print(report) { BacktestView(report: report).lines($0) }
        if strict, report.results.contains(where: { $0.comparison == .otherwise }) { throw ExitCode(3) }
    }

    private func recordings() async throws -> [ReleaseRecording] {
        if let bundle { return try Self.recordings(in: bundle) }
        let release = release
        let begin = since.flatMap { Self.time($0, now: Timestamp(seconds: Date.now.timeIntervalSince1970)) }
        return try await connection.withReader { client in
            let reader = RecordingReader(client: client)
            var names = release
            if let begin { names += try await reader.releases(since: begin) }
            var recordings: [ReleaseRecording] = []
            for name in names { recordings.append(try await reader.recording(of: name)) }
            return recordings
        }
    }

    private static func recordings(in file: String) throws -> [ReleaseRecording] {
        guard let data = FileManager.default.contents(atPath: file), data.count <= maximumBundleBytes else {
            throw ReleaseError(.notFound, "the recordings cannot be read", place: file, advice: "check the path; --save wrote it")
        }
        do {
            let recordings = try JSONDecoder().decode([ReleaseRecording].self, from: data)
            guard recordings.allSatisfy({ $0.format == ReleaseRecording.format }) else {
                throw ReleaseError(.versionMismatch, "the recordings are of another version", place: file)
            }
            return recordings
        } catch let error as ReleaseError {
            throw error
        } catch {
            throw ReleaseError(
                .invalidInput, "these are no recordings of releases", place: file,
                advice: "write them with: tidegate policy backtest POLICY --since 14d --save \(file)")
        }
    }

    /// A time, or how long before `now`.
    static func time(_ text: String, now: Timestamp) -> Timestamp? {
        if let span = TimeSpan(text) { return now - span }
        return Timestamp(rfc3339: text)
    }
}
