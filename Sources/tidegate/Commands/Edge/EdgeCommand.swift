import ArgumentParser
import Dispatch
import EdgeService
import Foundation
import Logging
import ReleaseModel

struct EdgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edge", abstract: "Run the decision service that nginx asks where it cannot decide by itself.",
        discussion: """
            It reads one plan for each service, <service>.json, from a folder that the nginx plugin writes, and takes a new plan as soon as
            it lies there: a weight changes without a reload of nginx. nginx asks it by auth_request, and falls to the stable revision when
            it does not answer. Whoever can connect is believed to be the proxy, so let it listen on loopback.

              tidegate edge --plans /etc/nginx/tidegate/edge
              tidegate edge --plans /etc/nginx/tidegate/edge --listen 127.0.0.1:8423 --threads 2

            GET /status shows the plans in force, GET /metrics counts for Prometheus. It stops on SIGTERM.
            """)

    @Option(help: ArgumentHelp("The folder with the plans.", valueName: "folder"))
    var plans: String

    @Option(help: ArgumentHelp("Address and port to listen on.", valueName: "host:port"))
    var listen = ListenAddress(host: EdgeConfiguration.standardHost, port: EdgeConfiguration.standardPort)

    @Option(help: "Event loops, each a thread of its own; otherwise one for each core.")
    var threads: Int?

    @Option(help: "How much is logged to standard error: debug, info, notice, warning or error.")
    var logLevel = "notice"

    func validate() throws {
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("There is no log level '\(logLevel)'. Levels are debug, info, notice, warning and error.")
        }
        if let threads, !(1...EdgeConfiguration.maximumThreads).contains(threads) {
            throw ValidationError("--threads lies between 1 and \(EdgeConfiguration.maximumThreads), not at \(threads).")
        }
    }

    func run() async throws {
        let console = Invocation.current.console
        var logger = Logger(label: "tidegate-edge", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = Logger.Level(rawValue: logLevel) ?? .notice
        if !listen.isLoopback {
            console.complain(
                "warning: \(listen.defaultValueDescription) is reachable from other machines, and whoever connects is taken for the proxy")
        }
        let signals = StopSignals()
        let server = try await EdgeServer.start(
            EdgeConfiguration(plans: plans, host: listen.host, port: listen.port, threads: threads), logger: logger, now: { Self.now })
        console.line("tidegate edge listens on \(listen.url(port: server.port))")
        await signals.wait()
        await server.shutDown()
        console.line("stopped")
    }

    private static var now: Timestamp {
        Timestamp(seconds: Date.now.timeIntervalSince1970)
    }
}
