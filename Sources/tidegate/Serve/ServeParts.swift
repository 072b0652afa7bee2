import PluginHost
import ReleaseController
import ReleaseModel
import ReleaseServer
import ReleaseStore

/// The parts of a running server, opened in order and closed in the reverse order.
struct ServeParts: Sendable {
    let database: DatabaseSource
    let store: ReleaseStore
    /// The newest migration that the database carries.
    let databaseVersion: String
    /// Holds no plugins where the server only reads.
    let host: PluginHost
    /// nil where the server only reads.
    let controller: ReleaseController?
    /// nil where the server only reads.
    let sequencer: LogSequencer?
    let catalogue: PluginCatalogue

    static func open(_ options: ServeOptions) async throws -> ServeParts {
        let database = try await DatabaseSource.open(options)
        do {
            let store = try await DatabaseSource.reached { try await ReleaseStore.open(database.pool, logger: options.logger) }
            let version = try await ReleaseStore.status(database.pool).last { $0.appliedAt != nil }?.migration.title ?? "none"
            let host = PluginHost(folder: options.pluginFolder, passing: options.passedEnvironment, logger: options.logger)
            guard !options.readsOnly else {
                return ServeParts(
                    database: database, store: store, databaseVersion: version, host: host, controller: nil, sequencer: nil,
                    catalogue: PluginCatalogueReading(store: store, host: nil).catalogue)
            }
            do {
                if database.isPrivate {
                    try await PluginPinning(store: store, host: host, logger: options.logger).pinAll()
                }
                let reading = PluginCatalogueReading(store: store, host: host)
                try await reading.load(logger: options.logger)
                // A private database has one controller at a time, so a restarted one goes on under the lease of the one that was killed.
                var configuration = ControllerConfiguration(version: Version.text, controller: database.isPrivate ? "private" : nil)
                configuration.checkpoint = options.checkpoint
                let keys = try await LogKeyFile(folder: options.data).ring(options.logKey, store: store)
                let sequencer = LogSequencer(
                    store: store, keys: keys, controller: configuration.controller, anchors: options.anchors.map(\.anchor),
                    logger: options.logger)
                let controller = ReleaseController(store: store, plugins: host, configuration: configuration, logger: options.logger)
                return ServeParts(
                    database: database, store: store, databaseVersion: version, host: host, controller: controller, sequencer: sequencer,
                    catalogue: reading.catalogue)
            } catch {
                await host.shutDown()
                throw error
            }
        } catch {
            try? await database.close()
            throw error
        }
    }

    func close() async {
        await host.shutDown()
        try? await database.close()
    }
}
