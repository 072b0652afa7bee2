import Hashing
import Logging
import PluginHost
import PluginKit
import ReleaseModel
import ReleaseStore

/// Pins every plugin that lies in the folder, as it lies there. Only for a private database, whose owner also owns the folder.
struct PluginPinning: Sendable {
    static let actor = Actor(name: "private database", means: .local)

    let store: ReleaseStore
    let host: PluginHost
    let logger: Logger

    /// Pins what is new or has changed; a file that cannot be inspected is left out and told.
    func pinAll() async throws {
        let pinned = Dictionary(try await store.pluginPins().map { ($0.name, $0.sha256) }, uniquingKeysWith: { first, _ in first })
        for file in try host.find() where pinned[file.name] != file.sha256.hex {
            do {
                let inspection = try await host.inspect(file.path)
                _ = try await store.pinPlugin(
                    name: file.name, version: inspection.descriptor.version, kind: inspection.descriptor.kind.rawValue,
                    sha256: file.sha256.hex, trusted: false, actor: Self.actor,
                    reason: pinned[file.name] == nil ? "found in the plugin folder" : "the file in the plugin folder has changed")
                logger.info("pinned a plugin", metadata: ["plugin": "\(file.name)", "sha256": "\(file.sha256.hex)"])
            } catch let error as ReleaseError {
                logger.warning("a plugin cannot be pinned", metadata: ["plugin": "\(file.name)", "reason": "\(error)"])
            }
        }
    }
}
