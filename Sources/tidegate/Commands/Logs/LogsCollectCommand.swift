import ArgumentParser
import Foundation
import HTTPClient
import LogMining
import ReleaseModel

struct LogsCollectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "collect", abstract: "Mine a log beside the program that writes it, and send only counts to the server.",
        discussion: """
            Reads lines until there are no more, and every second sends how often each template was seen. No line leaves the machine. Where \
            the server is away counts wait, in bounded memory; a push that is sent twice is counted once. Templates of several collectors \
            are one where they are the same or became the same. The token needs no more than the role intake.

              tail -F app.log | tidegate logs collect - --service checkout --revision v42
              kubectl logs -f deploy/checkout-v42 | tidegate logs collect - --service checkout --revision v42 --instance pod-1
            """)

    static let drainInterval: Duration = .seconds(1)
    static let readMilliseconds: Int32 = 250
    /// How long the last counts are tried to be sent after the log has ended.
    static let farewell: Duration = .seconds(60)

    @Argument(help: ArgumentHelp("The log file, or - for standard input.", valueName: "file"))
    var file: String

    @Option(help: "The service that writes the log.")
    var service: String

    @Option(help: "Its revision.")
    var revision: String

    @Option(help: "The instance; otherwise the name of this machine.")
    var instance: String?

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func validate() throws {
        for (option, text) in [("--service", service), ("--revision", revision)] {
            if let problem = Name.problem(with: text) { throw ValidationError("\(option): '\(text)' \(problem)") }
        }
    }

    func run() async throws {
        let source = LogSource(
            service: service, revision: revision, instance: String((instance ?? ProcessInfo.processInfo.hostName).prefix(200)))
        let console = Invocation.current.console
        var lines = try LineSource(LogFile(file))
        let http = HTTPClient()
        defer { http.shutdown() }
        let client = try connection.client(environment: Invocation.current.environment, http: http)
        let sending = CountSending(client: client, collector: UUID().uuidString.lowercased(), tell: { console.complain($0) })
        let figures = try await Self.collect(&lines, source, sending)
        try output.print(figures) { _ in [figures.text] }
        if figures.unsentPushes > 0 { throw ExitCode.failure }
    }

    private static func collect(_ lines: inout LineSource, _ source: LogSource, _ sending: CountSending) async throws -> CollectionFigures {
        var (figures, collector, sending) = (CollectionFigures(), LogCollector(), sending)
        var drained = ContinuousClock.now
        while !lines.isAtEnd, !Task.isCancelled {
            for line in try lines.lines(within: readMilliseconds) {
                figures.lines += 1
                collector.add(LogRecord(source: source, time: now, severity: nil, line: line), now: now)
            }
            guard ContinuousClock.now - drained >= drainInterval else { continue }
            drained = .now
            // While pushes wait nothing more is drained, and counts gather within the collector's bounds.
            if sending.isEmpty { sending.append(collector.drain(now: now), collector.drainAliases(), source) }
            try await sending.send(&figures)
        }
        sending.append(collector.drainEverything(now: now), collector.drainAliases(), source)
        let deadline = ContinuousClock.now + farewell
        while true {
            try await sending.send(&figures)
            if sending.isEmpty || ContinuousClock.now > deadline { break }
            try await Task.sleep(for: .milliseconds(200))
        }
        let seen = collector.statistics
        (figures.cutLines, figures.unsent) = (lines.cutLines, sending.events)
        figures.unsentPushes = sending.pushes
        (figures.events, figures.templates, figures.overflow) = (seen.events, seen.templates, seen.overflow)
        return figures
    }

    private static var now: Timestamp { Timestamp(seconds: Date().timeIntervalSince1970) }
}
