import Foundation
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import ReleaseModel
public import ReleaseStore
public import ServiceLifecycle

/// The HTTP API: releases, policies, targets, plugins, history and the intake of logs, under /v1.
///
/// It talks to the store only. What a controller is to do goes through the database, which wakes it; so any number of servers and
/// controllers may share one database. `run` serves until it is cancelled or the service group shuts down; calls that wait for
/// events are answered at once then.
public struct ReleaseServer: Service {
    private let store: ReleaseStore
    private let configuration: ServerConfiguration
    private let logger: Logger
    private let onListening: @Sendable (_ port: Int) async -> Void
    private let hub: EventHub
    private let intake: LogIntake
    private let refused: RefusedCalls
    private let responder: any Sendable & HTTPResponder<APIContext>

    /// - Parameters:
    ///   - databaseVersion: the newest migration that the database carries, for `/v1/status`.
    ///   - onListening: called once, with the port, when the server takes calls.
    public init(
        store: ReleaseStore, catalogue: PluginCatalogue, configuration: ServerConfiguration, databaseVersion: String, logger: Logger,
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.store = store
        self.configuration = configuration
        self.logger = logger
        self.onListening = onListening
        let limits = configuration.limits
        let metrics = ServerMetrics()
        hub = EventHub(store: store, limits: limits)
        intake = LogIntake(store: store, counters: metrics.intake, clock: configuration.clock, logger: logger)
        refused = RefusedCalls(store: store, clock: configuration.clock, logger: logger)
        let status = StatusRoutes(
            store: store, hub: hub, metrics: metrics, intake: intake, configuration: configuration, databaseVersion: databaseVersion)

        let router = Router(context: APIContext.self)
        router.add(middleware: RequestCounting(metrics: metrics))
        router.add(middleware: ErrorBodies())
        status.addOpen(to: router)
        let authentication = Authentication(store: store, metrics: metrics, refused: refused)
        let history = HistoryLogRoutes(store: store, limits: limits)
        history.addOpen(to: router.group("log"))
        status.addMetrics(to: router.group().add(middleware: authentication))
        let logs = LogRoutes(
            intake: intake, gate: IntakeGate(limit: limits.pushes),
            rate: IntakeRate(bytesPerSecond: limits.intakeBytesPerSecond, linesPerSecond: limits.intakeLinesPerSecond),
            counters: metrics.intake, clock: configuration.clock, limits: limits)
        logs.addLoki(to: router.group("loki/api/v1").add(middleware: authentication))
        let api = router.group("v1").add(middleware: authentication)
        logs.add(to: api)
        LogCountRoutes(
            store: store, gate: IntakeGate(limit: limits.pushes), counters: metrics.intake, clock: configuration.clock, limits: limits
        ).add(to: api)
        status.add(to: api)
        ReleaseRoutes(store: store, catalogue: catalogue, limits: limits).add(to: api)
        EventRoutes(store: store, hub: hub, limits: limits).add(to: api)
        WindowRoutes(store: store, limits: limits).add(to: api)
        history.add(to: api)
        AuditRoutes(store: store, limits: limits).add(to: api)
        EntryRoutes(store: store, limits: limits).add(to: api)
        PopulationRoutes(store: store, limits: limits).add(to: api)
        RetentionRoutes(store: store, limits: limits).add(to: api)
        PolicyRoutes(store: store, catalogue: catalogue, limits: limits).add(to: api)
        PictureRoutes(store: store).add(to: api)
        PageRoutes(store: store).add(to: api)
        TargetRoutes(store: store, catalogue: catalogue, limits: limits).add(to: api)
        PluginRoutes(store: store, catalogue: catalogue, limits: limits).add(to: api)
        TokenRoutes(store: store, limits: limits).add(to: api)
        responder = router.buildResponder()
    }

    /// Serves calls.
    ///
    /// - Throws: `ReleaseError` when the address cannot be listened on.
    public func run() async throws {
        let limits = configuration.limits
        let channel = HTTP1Channel.Configuration(
            idleTimeout: .nanoseconds(limits.idleTimeout.nanoseconds),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headerFieldBytes, maxHeaderListSize: limits.headerListBytes,
                maxHeaderFieldCount: limits.headerCount))
        try await serve(responder, channel: channel)
    }

    private func serve(_ responder: some HTTPResponder<APIContext>, channel: HTTP1Channel.Configuration) async throws {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        let onListening = onListening
        let application = Application(
            responder: responder, server: .http1(configuration: channel),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.host, port: configuration.port), serverName: "tidegate",
                availableConnectionsDelegate: MaximumAvailableConnections(configuration.limits.connections)),
            services: [hub, intake, refused],
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? 0) }, logger: quiet)
        do {
            try await application.run()
        } catch let error as IOError {
            throw bindError(error)
        }
    }

    private func bindError(_ error: IOError) -> ReleaseError {
        let place = "\(configuration.host):\(configuration.port)"
        switch error.errnoCode {
        case EADDRINUSE:
            return ReleaseError(
                .conflict, "port \(configuration.port) is in use by another program", place: place,
                advice: "stop that program (`ss -ltnp` shows it) or listen elsewhere with --listen HOST:PORT")
        case EACCES:
            return ReleaseError(.forbidden, "the port may not be listened on", place: place, advice: "take a port from 1024 up")
        default:
            return ReleaseError(
                .unavailable, "cannot listen there: \(String(cString: strerror(error.errnoCode)))", place: place,
                advice: "give an address of this machine with --listen HOST:PORT")
        }
    }
}

extension Duration {
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
