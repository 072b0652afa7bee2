import Hashing
import Logging
import PluginHost
import PluginKit
import ReleaseController
import ReleaseModel
import ReleaseServer
import ReleaseStore
import RolloutEngine

/// What the API shows of plugins: what the host loaded, refused or found, with the pins of the database.
struct PluginCatalogueReading: Sendable {
    let store: ReleaseStore
    /// nil where no plugins are loaded; then the pins are all there is to show.
    let host: PluginHost?

    /// What the API asks of it.
    var catalogue: PluginCatalogue {
        PluginCatalogue(plugins: plugins, signals: signals, check: check, prepare: prepare)
    }

    /// The signals of every loaded plugin and the engine's own; empty where no plugins are loaded.
    @Sendable func signals() async throws -> [SignalDescriptor] {
        guard let host else { return [] }
        let descriptors = host.plugins.flatMap(\.descriptor.signals)
        return descriptors.isEmpty ? [] : descriptors + RollbackTree.ownSignals
    }

    /// - Throws: `notFound` for a plugin that is not there, `invalidInput` for one of another kind or settings that it does not take.
    @Sendable func check(_ use: PluginUse, kinds: [String], at place: String) async throws {
        guard let host else {
            throw ReleaseError(
                .unavailable, "this server only reads; it has no plugins to check this with", advice: "start `tidegate serve`")
        }
        do throws(ReleaseError) {
            let kind = try host.plugin(use.plugin).descriptor.kind.rawValue
            guard kinds.contains(kind) else {
                throw ReleaseError(
                    .invalidInput, "'\(use.plugin)' is a plugin of kind \(kind); \(kinds.joined(separator: " or ")) is wanted here",
                    advice: "`tidegate plugin list` shows the kinds")
            }
            _ = try await host.validatedConfiguration(use.plugin, use.configuration)
        } catch {
            throw ReleaseError(error.code, error.reason, place: place, advice: error.advice)
        }
    }

    /// A server that only reads starts nothing, and so has nothing to prepare.
    @Sendable func prepare(_ policy: Policy) async throws {
        if let host { try await PolicyPreparation.check(policy, plugins: host) }
    }

    /// Loads everything that is pinned.
    func load(logger: Logger) async throws {
        guard let host else { return }
        for listing in await host.load(try await hostPins()) where listing.state != "running" {
            logger.warning(
                "a plugin is not used",
                metadata: ["plugin": "\(listing.name)", "state": "\(listing.state)", "reason": "\(listing.detail ?? "")"])
        }
    }

    @Sendable func plugins() async throws -> [PluginView] {
        let pins = try await store.pluginPins()
        guard let host else { return pins.map { PluginView(pinned: $0.name, kind: $0.kind, version: $0.version, sha256: $0.sha256) } }
        if needsReload(pins.map { ($0.name, $0.sha256) }, host.listing) { _ = await host.load(try await hostPins()) }
        let handles = host.plugins
        return host.listing.map { listing in
            let descriptor = handles.first { $0.name == listing.name }?.descriptor
            return PluginView(
                name: listing.name, alias: listing.alias ?? "", kind: listing.kind ?? "", version: listing.version ?? "",
                summary: descriptor?.summary ?? "", file: listing.path, sha256: listing.sha256, pinnedSHA256: listing.pinned,
                trusted: listing.isolation == PluginIsolation.none.label,
                problem: listing.state == "running" ? nil : listing.detail ?? listing.state,
                signals: descriptor?.signals ?? [])
        }
    }

    /// True when a pin was written since the plugins were loaded.
    private func needsReload(_ pins: [(name: String, sha256: String)], _ listing: [PluginListing]) -> Bool {
        pins.contains { pin in listing.first { $0.name == pin.name }?.pinned != pin.sha256 }
    }

    private func hostPins() async throws -> [PinnedPlugin] {
        try await store.pluginPins().compactMap { pin in
            SHA256Digest(hex: pin.sha256).map {
                PinnedPlugin(name: pin.name, sha256: $0, version: pin.version, trusted: pin.trusted)
            }
        }
    }
}

extension PluginView {
    /// A pin without its file.
    init(pinned name: String, kind: String, version: String, sha256: String) {
        self.init(
            name: name, alias: "", kind: kind, version: version, summary: "", file: nil, sha256: nil, pinnedSHA256: sha256,
            trusted: false, problem: "not loaded here", signals: [])
    }
}
