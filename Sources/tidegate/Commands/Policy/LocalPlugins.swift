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

    /// Loads every plugin of the folder.
    ///
    /// - Parameter folder: nil for the folder of this program.
    /// - Throws: `notFound` or `forbidden` for the folder.
    private static func load(_ folder: String?) async throws -> LocalPlugins {
        let host = PluginHost(folder: folder, logger: .quiet)
        var pins: [PinnedPlugin] = []
        for file in try host.find() {
            guard let inspection = try? await host.inspect(file.path) else { continue }
            pins.append(.init(name: file.name, sha256: file.sha256, version: inspection.descriptor.version))
        }
        await host.load(pins)
        return LocalPlugins(host: host)
    }

    /// The same, where one of them judges windows.
    ///
    /// - Throws: `notFound` where the folder has none.
    static func open(_ folder: String?) async throws -> LocalPlugins {
        let plugins = try await load(folder)
        guard plugins.host.plugins.contains(where: { $0.descriptor.kind == .scoring }) else {
            await plugins.host.shutDown()
            throw ReleaseError(
                .notFound, "there is no scoring plugin to judge with", place: folder ?? "the program's folder",
                advice: "name the folder that holds libHealthScore.so with --plugins DIR")
        }
        return plugins
    }

    /// Runs `body` with whatever plugins there are, and ends them; nil where the program's own folder has none. A folder that was named
    /// must be there.
    static func withAny<Value: Sendable>(
        _ folder: String?, _ body: @Sendable (LocalPlugins?) async throws -> Value
    ) async throws -> Value {
        let plugins: LocalPlugins
        do {
            plugins = try await load(folder)
        } catch {
            if folder != nil { throw error }
            return try await body(nil)
        }
        guard !plugins.host.plugins.isEmpty else {
            await plugins.host.shutDown()
            return try await body(nil)
        }
        return try await closing(plugins, body)
    }

    /// Runs `body` with the plugins of a folder, and ends them.
    static func with<Value: Sendable>(_ folder: String?, _ body: @Sendable (LocalPlugins) async throws -> Value) async throws -> Value {
        try await closing(try await open(folder), body)
    }

    private static func closing<Value: Sendable>(
        _ plugins: LocalPlugins, _ body: @Sendable (LocalPlugins) async throws -> Value
    ) async throws -> Value {
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
