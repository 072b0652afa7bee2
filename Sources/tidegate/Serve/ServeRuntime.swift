import Foundation
import Logging
import PluginHost
import ReleaseController
import ReleaseModel
import ReleaseServer
import ReleaseStore
import ServiceLifecycle
import UnixSignals

/// A running server: database, plugins, controller and API, wired together. `serve` and `demo` run the same thing.
///
/// ```swift
/// let runtime = try await ServeRuntime.start(options)   // listens when this returns
/// try await runtime.run()                               // until a signal, a failure, or stop()
/// ```
final class ServeRuntime: Sendable {
    /// How long services may take to finish what they do when asked to stop.
    static let shutdownLimit: Duration = .seconds(20)

    /// `http://host:port` of the API.
    let baseURL: String
    /// A token of role admin: the one in the data folder. Empty where the database belongs to others, who have tokens already.
    let token: String

    /// The plugins that the controller uses.
    var plugins: PluginHost { parts.host }

    private let folder: DataFolder
    private let parts: ServeParts
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    private init(baseURL: String, token: String, folder: DataFolder, parts: ServeParts, group: ServiceGroup, running: Task<Void, any Error>)
    {
        self.baseURL = baseURL
        self.token = token
        self.folder = folder
        self.parts = parts
        self.group = group
        self.running = running
    }

    /// Starts everything, and returns once the API takes calls. What was started is stopped again when something fails.
    ///
    /// - Throws: `ReleaseError` for a database that is not there or of another version, a port in use, a missing program.
    static func start(_ options: ServeOptions) async throws -> ServeRuntime {
        let parts = try await ServeParts.open(options)
        do {
            let token = try await FirstToken(store: parts.store, folder: options.data).secret(mayCreate: parts.database.isPrivate)
            let (ports, portSource) = AsyncStream<Int>.makeStream()
            let server = ReleaseServer(
                store: parts.store, catalogue: parts.catalogue,
                configuration: ServerConfiguration(
                    host: options.listen.host, port: options.listen.port, version: Version.text, startedAt: try await parts.store.now(),
                    clock: { Timestamp(seconds: Date().timeIntervalSince1970) }),
                databaseVersion: parts.databaseVersion, logger: options.logger, onListening: { portSource.yield($0) })
            var services: [any Service] = []
            // The first one is asked last to stop, so that it numbers what the others have written.
            if let sequencer = parts.sequencer { services.append(sequencer) }
            if let controller = parts.controller { services.append(controller) }
            // The last one is asked first to stop: no call is taken any more while the controller ends its visit.
            services.append(server)
            var configuration = ServiceGroupConfiguration(
                services: services, gracefulShutdownSignals: options.stopsOnSignals ? [.sigint, .sigterm] : [], logger: options.logger)
            configuration.maximumGracefulShutdownDuration = shutdownLimit
            let group = ServiceGroup(configuration: configuration)
            let running = Task {
                defer { portSource.finish() }
                try await group.run()
            }
            guard let port = await ports.first(where: { _ in true }) else {
                try await running.value
                throw ReleaseError(.unavailable, "the server ended before it took calls", place: "serve")
            }
            let runtime = ServeRuntime(
                baseURL: options.listen.url(port: port), token: token ?? "", folder: options.data, parts: parts, group: group,
                running: running)
            if !options.readsOnly { try? options.data.writePrivately(runtime.baseURL + "\n", to: options.data.serverFile) }
            return runtime
        } catch {
            await parts.close()
            throw DatabaseSource.explained(error)
        }
    }

    /// Returns when the server has stopped and everything that it started is gone.
    func run() async throws {
        do {
            try await withTaskCancellationHandler {
                try await running.value
            } onCancel: {
                Task { await group.triggerGracefulShutdown() }
            }
        } catch {
            await cleanUp()
            throw error
        }
        await cleanUp()
    }

    /// Stops everything; `run` returns then, too. Repeating it is nothing.
    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await run()
    }

    private func cleanUp() async {
        if folder.serverURL == baseURL { unlink(folder.serverFile) }
        await parts.close()
    }
}
