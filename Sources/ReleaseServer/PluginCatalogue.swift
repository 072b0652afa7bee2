public import ReleaseModel

/// What the server knows of plugins; whoever hosts them answers. The server itself loads none.
public struct PluginCatalogue: Sendable {
    /// Every plugin that was found or pinned, by name.
    public let plugins: @Sendable () async throws -> [PluginView]
    /// The signals that trees may read; empty where that is not known, and then names are not checked.
    public let signals: @Sendable () async throws -> [SignalDescriptor]
    /// Throws when a plugin is not there, is of none of the kinds, or does not take its settings; `place` says where they stand.
    public let check: @Sendable (_ use: PluginUse, _ kinds: [String], _ place: String) async throws -> Void
    /// Throws when a release could not run under a policy: a plugin is not there, or its tree reads what none of its plugins gives.
    public let prepare: @Sendable (_ policy: Policy) async throws -> Void

    public init(
        plugins: @escaping @Sendable () async throws -> [PluginView], signals: @escaping @Sendable () async throws -> [SignalDescriptor],
        check: @escaping @Sendable (_ use: PluginUse, _ kinds: [String], _ place: String) async throws -> Void,
        prepare: @escaping @Sendable (_ policy: Policy) async throws -> Void = { _ in }
    ) {
        self.plugins = plugins
        self.signals = signals
        self.check = check
        self.prepare = prepare
    }
}
