public import PluginHost
import PluginKit
public import ReleaseModel
import RolloutEngine

/// Makes policies ready to run, once for each digest. Policies are immutable, so what was prepared stays right as long as the
/// plugins that were loaded do.
public actor PolicyPreparation {
    /// The most policies that are kept ready.
    static let capacity = 256

    private let plugins: PluginHost
    private var ready: [String: PreparedPolicy] = [:]

    init(plugins: PluginHost) { self.plugins = plugins }

    /// Whether releases could run under a policy with these plugins; throws as `prepared` does.
    public static func check(_ policy: Policy, plugins: PluginHost) async throws(ReleaseError) {
        _ = try await PolicyPreparation(plugins: plugins).prepared(policy, digest: "")
    }

    /// The same; where a plugin that a release needs is gone, a policy that holds it and says why. So people can still abort it, and its weight
    /// is read and kept. It is asked for anew at every visit, until the plugin is back.
    func preparedOrHolding(_ policy: Policy, digest: String) async -> PreparedPolicy {
        do throws(ReleaseError) {
            return try await prepared(policy, digest: digest)
        } catch {
            let advice = error.advice.map { "; \($0)" } ?? ""
            return .holding(policy, because: (error.place.map { "\($0): " } ?? "") + error.reason + advice)
        }
    }

    /// - Throws: `notFound` for a plugin that is not loaded, `invalidInput` for a configuration that a plugin refuses or a tree
    ///   that does not fit the plugins' signals.
    func prepared(_ policy: Policy, digest: String) async throws(ReleaseError) -> PreparedPolicy {
        if let known = ready[digest] { return known }
        let place = "policy \(policy.name)"
        var evaluators: [PreparedPolicy.Evaluator] = []
        for use in [policy.health, policy.logs].compactMap(\.self) {
            let plugin = try plugins.plugin(use.plugin)
            let settings = use.configuration.expectingProbes(policy.probes != nil, of: plugin.descriptor)
            let configuration = try await plugin.validatedConfiguration(settings, place: place)
            evaluators.append(
                .init(
                    use: PluginUse(plugin: plugin.name, configuration: configuration),
                    signals: plugin.descriptor.signals(under: configuration)))
        }
        let metrics = try plugins.plugin(policy.metrics.source.plugin)
        let source = PluginUse(
            plugin: metrics.name,
            configuration: try await metrics.validatedConfiguration(policy.metrics.source.configuration, place: place))
        var probes: PluginUse?
        if let use = policy.probes {
            let plugin = try plugins.plugin(use.plugin)
            probes = PluginUse(
                plugin: plugin.name, configuration: try await plugin.validatedConfiguration(use.configuration, place: place))
        }
        var further: [PluginUse] = []
        for use in policy.metrics.also ?? [] {
            let plugin = try plugins.plugin(use.plugin)
            guard plugin.name != metrics.name, !further.contains(where: { $0.plugin == plugin.name }) else {
                throw ReleaseError(.invalidInput, "plugin \(plugin.name) is named twice under metrics", place: place)
            }
            further.append(
                PluginUse(plugin: plugin.name, configuration: try await plugin.validatedConfiguration(use.configuration, place: place)))
        }
        let engine: RolloutEngine
        do {
            engine = try RolloutEngine(policy: policy, signals: evaluators.flatMap(\.signals))
        } catch {
            throw ReleaseError(
                .invalidInput, "\(error)", place: place, advice: "the tree reads what the plugins under health and logs give, and no others"
            )
        }
        let prepared = PreparedPolicy(
            engine: engine, metrics: source, furtherMetrics: further, traffic: policy.traffic, evaluators: evaluators, probes: probes)
        if ready.count >= Self.capacity { ready.removeAll() }
        ready[digest] = prepared
        return prepared
    }
}

extension PreparedPolicy {
    /// A policy whose releases are held.
    static func holding(_ policy: Policy, because problem: String) -> PreparedPolicy {
        var prepared = PreparedPolicy(engine: .holding(policy), metrics: policy.metrics.source, traffic: policy.traffic, evaluators: [])
        prepared.problem = problem
        return prepared
    }
}

extension JSONValue {
    /// The name of the setting by which a plugin hears that samples of probes will come.
    private static let probesSetting = "probes"

    /// A configuration that tells a plugin to expect probes, where it has a setting for that and the policy has not used it.
    fileprivate func expectingProbes(_ hasProbes: Bool, of descriptor: PluginDescriptor) -> JSONValue {
        guard hasProbes, descriptor.settings.contains(where: { $0.name == Self.probesSetting }), self[Self.probesSetting] == nil,
            var members = isNull ? [:] : object
        else { return self }
        members[Self.probesSetting] = true
        return .object(members)
    }
}
