import ArgumentParser
import Foundation
import HTTPClient
import ReleaseModel

struct LogsTailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Send a log file's lines to the server as they are written.",
        discussion: """
            Follows the file from its end, through rotation (a new file under the same name) and truncation. Where the server is busy or away, \
            lines wait in the file and not in memory. The token needs no more than the role intake.

              tidegate logs tail /var/log/checkout.log --service checkout --revision v42
              tidegate logs tail app.log --service checkout --revision v42 --from-start --once
            """)

    @Argument(help: ArgumentHelp("The log file. It may come into being later.", valueName: "file"))
    var file: String

    @Option(help: "The service that writes it.")
    var service: String

    @Option(help: "The service's revision.")
    var revision: String

    @Option(help: "The instance; otherwise the name of this machine.")
    var instance: String?

    @Flag(help: "Send what is in the file already, too.")
    var fromStart = false

    @Flag(help: "Stop at the end of the file.")
    var once = false

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
        let source = LogPush.Source(
            service: service, revision: revision, instance: instance ?? ProcessInfo.processInfo.hostName)
        let environment = Invocation.current.environment
        let console = Invocation.current.console
        let http = HTTPClient()
        defer { http.shutdown() }
        let push = LogPush(
            http: http, baseURL: try connection.serverURL(environment), token: try connection.token(environment), source: source,
            tell: { console.complain($0) })
        var follower = FileFollower(path: file, fromStart: fromStart || once)
        var sent = LogPush.Figures()
        while !Task.isCancelled {
            let lines = try follower.lines(atEnd: once)
            if !lines.isEmpty {
                try await push.send(lines, &sent)
                continue
            }
            if once { break }
            try? await Task.sleep(for: FileFollower.pause)
        }
        sent.cutLines = follower.cutLines
        sent.rotations = follower.rotations
        let figures = sent
        try output.print(figures) { _ in
            ["\(figures.lines) lines sent in \(figures.pushes) pushes; \(figures.cutLines) were cut, \(figures.refused) refused"]
        }
    }
}
