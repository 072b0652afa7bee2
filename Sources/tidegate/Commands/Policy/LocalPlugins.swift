import Foundation
import Hashing
import PluginHost
import PluginKit
import PolicyLanguage
import Predicates
import ReleaseModel
import RolloutEngine
import RolloutScripts

/// The plugins of a folder, for trying policies without a server. They run in child processes as a controller's do; nothing is pinned,
/// since what is tried here decides nothing.
struct LocalPlugins: Sendable {
    let host: PluginHost

    /// Loads every plugin of the folder that judges windows.
    ///
    /// - Parameter folder: nil for the folder of this program.
    /// - Throws: `notFound` where the folder has none.
    static func open(_ folder: String?) async throws -> LocalPlugins {
        let host = PluginHost(folder: folder, logger: .quiet)
        var pins: [PinnedPlugin] = []
        for file in try host.find() {
            guard let inspection = try? await host.inspect(file.path) else { continue }
            pins.append(.init(name: file.name, sha256: file.sha256, version: inspection.descriptor.version))
        }
        await host.load(pins)
        let plugins = LocalPlugins(host: host)
        guard host.plugins.contains(where: { $0.descriptor.kind == .scoring }) else {
            await host.shutDown()
            throw ReleaseError(
                .notFound, "there is no scoring plugin to judge with", place: folder ?? "the program's folder",
                advice: "name the folder that holds libHealthScore.so with --plugins DIR")
        }
        return plugins
    }

    /// Runs `body` with the plugins of a folder, and ends them.
    static func with<Value: Sendable>(_ folder: String?, _ body: @Sendable (LocalPlugins) async throws -> Value) async throws -> Value {
        let plugins = try await open(folder)
        do {
            let value = try await body(plugins)
            await plugins.host.shutDown()
            return value
        } catch {
            await plugins.host.shutDown()
            throw error
        }
    }

    /// The signals of every plugin.
    var signals: [SignalDescriptor] { host.plugins.flatMap(\.descriptor.signals) }

    /// The engine's own.
    static let ownSignals = RollbackTree.ownSignals

    var schema: SignalSchema { SignalSchema(signals + Self.ownSignals) }

    /// What judges windows under a policy: its scoring plugin, and its log signals where it has them.
    ///
    /// - Throws: `notFound` for a plugin that is not there, `invalidInput` for settings that it does not take.
    func fleet(for policy: Policy, withLogs: Bool = true) async throws -> EvaluatorFleet {
        var members: [EvaluatorFleet.Member] = []
        for use in [policy.health, withLogs ? policy.logs : nil].compactMap(\.self) {
            let plugin = try host.plugin(use.plugin)
            let configuration = try await plugin.validatedConfiguration(use.configuration, place: "policy \(policy.name)")
            members.append(
                .init(
                    use: PluginUse(plugin: plugin.name, configuration: configuration), version: plugin.version,
                    sha256: plugin.sha256.hex, signals: plugin.descriptor.signals
                ) { try await plugin.evaluate($0, within: Self.patience) })
        }
        return EvaluatorFleet(members)
    }

    /// Longer than a controller waits: a machine that tries policies may be busy with much else.
    private static let patience = Duration.seconds(60)
}
