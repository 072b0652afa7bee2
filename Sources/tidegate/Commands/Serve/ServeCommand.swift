import ArgumentParser
import Logging
import PluginKit
import ReleaseModel

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the server: API, controller and plugins.",
        discussion: """
            Without --database-url a private PostgreSQL is kept under the data folder and runs as long as the server does. The first
            start writes a token of role admin to the file 'token' there; commands on this machine find it by themselves.

              tidegate serve
              tidegate serve --data /srv/tidegate --listen 127.0.0.1:9000
              TIDEGATE_DATABASE_URL=postgresql://tidegate@db/tidegate tidegate serve

            A database of one's own is brought up to date with `tidegate db migrate` first.
            """)

    @OptionGroup(title: "Database")
    var database: DatabaseOptions

    @Option(help: ArgumentHelp("Address and port to listen on.", valueName: "host:port"))
    var listen = ListenAddress.standard

    @Option(help: ArgumentHelp("Folder with the plugins; by default that of this program.", valueName: "folder"))
    var plugins: String?

    @Option(
        help: ArgumentHelp("Environment variables that plugins may see, for secrets; separated by commas.", valueName: "names"))
    var pass: String?

    @Option(
        help: ArgumentHelp(
            "Keys that the history is signed with, as env:NAME or file:PATH; by default the file 'log-key' of the data folder, made where it is missing.",
            valueName: "reference"),
        transform: { text in
            guard let reference = SecretReference(text) else { throw ValidationError("--log-key is env:NAME or file:PATH.") }
            return reference
        })
    var logKey: SecretReference?

    @Option(
        help: ArgumentHelp(
            "Where signed heads of the history are put, outside of the database: file:PATH, git:FOLDER or a URL; may be given several times.",
            valueName: "place"))
    var anchor: [AnchorPlace] = []

    @Option(help: "How much is logged to standard error: debug, info, notice, warning or error.")
    var logLevel = "info"

    func validate() throws {
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("There is no log level '\(logLevel)'. Levels are debug, info, notice, warning and error.")
        }
    }

    func run() async throws {
        let invocation = Invocation.current
        var logger = Logger(label: "tidegate", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = Logger.Level(rawValue: logLevel) ?? .info
        var options = try database.serveOptions(invocation.environment)
        options.listen = listen
        options.pluginFolder = plugins
        options.passedEnvironment = passedEnvironment(invocation.environment)
        options.logKey = logKey
        options.anchors = anchor
        options.stopsOnSignals = true
        options.logger = logger
        #if DEBUG
            if let point = HaltPoint(invocation.environment) { options.checkpoint = point.pass }
        #endif
        if !listen.isLoopback {
            invocation.console.complain(
                "warning: \(listen.defaultValueDescription) is reachable from other machines, and this server speaks plain HTTP; put TLS in front of it"
            )
        }
        let runtime = try await ServeRuntime.start(options)
        invocation.console.line("tidegate \(Version.text) listens on \(runtime.baseURL)")
        if !runtime.token.isEmpty { invocation.console.line("token: \(options.data.tokenFile)") }
        try await runtime.run()
        invocation.console.line("stopped")
    }

    private func passedEnvironment(_ environment: [String: String]) -> [String: String] {
        let names = (pass ?? "").split(separator: ",").map(String.init)
        return environment.filter { names.contains($0.key) }
    }
}
