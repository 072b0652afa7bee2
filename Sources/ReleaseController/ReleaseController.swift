import HTTPClient
public import Logging
public import PluginHost
import ReleaseModel
public import ReleaseStore
public import ServiceLifecycle

/// Leases the releases that are due and visits each until it has nothing left to do.
///
/// Several controllers may share a database; leases decide who visits what, and a controller that was overtaken has its commits
/// refused. A notification of the database wakes it, so that a command acts at once; without one it looks at the database at
/// least every `longestIdle`.
public struct ReleaseController: Service {
    private let store: ReleaseStore
    private let plugins: PluginHost
    private let configuration: ControllerConfiguration
    private let logger: Logger

    public init(store: ReleaseStore, plugins: PluginHost, configuration: ControllerConfiguration, logger: Logger) {
        self.store = store
        self.plugins = plugins
        self.configuration = configuration
        self.logger = logger
    }

    /// Runs until the task is cancelled or a graceful shutdown is asked for; then lets running visits end and gives the leases back.
    public func run() async throws {
        let http = HTTPClient()
        defer { http.shutdown() }
        let round = Round(store: store, plugins: plugins, http: http, configuration: configuration, logger: logger)
        await cancelWhenGracefulShutdown {
            await round.run()
        }
    }
}
