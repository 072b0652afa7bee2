import Logging
import PluginKit
import ReleaseController

/// How `serve` and `demo` run a server.
struct ServeOptions: Sendable {
    /// Holds the private database, the first token and the server's address.
    var data: DataFolder
    /// nil: a private PostgreSQL under `data`.
    var databaseURL: String?
    var listen = ListenAddress.standard
    /// nil: the folder of this program.
    var pluginFolder: String?
    /// Variables that plugins may see; secret references name them.
    var passedEnvironment: [String: String] = [:]
    /// Where the keys are that the history is signed with; nil: the file `log-key` of the data folder, made where it is missing.
    var logKey: SecretReference?
    /// Where signed heads of the history are put.
    var anchors: [AnchorPlace] = []
    /// Only the API, for looking at what is there: no controller, no plugins.
    var readsOnly = false
    /// SIGINT and SIGTERM shut down gracefully; otherwise the caller does.
    var stopsOnSignals = false
    /// Called at every boundary between recording and doing.
    var checkpoint: @Sendable (Checkpoint) -> Void = { _ in }
    var logger = Logger(label: "tidegate", factory: { _ in SwiftLogNoOpLogHandler() })

    init(data: DataFolder) { self.data = data }
}
